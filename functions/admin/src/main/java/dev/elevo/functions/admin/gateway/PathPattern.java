package dev.elevo.functions.admin.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of paths: {@code *} is any run without a slash, a segment of its own or a part of one; {@code /*} at the end any rest,
 * also none. Nothing is tried twice while it matches, so no pattern can be slow.
 */
public final class PathPattern {
    private static final Pattern CHARACTERS = Pattern.compile("/[^\\s?#\\p{Cntrl}]*");
    /** No path arrives here with these written so: it is read before it is matched. */
    private static final Pattern ESCAPED = Pattern.compile("%[0-9A-Fa-f]{2}");

    private static final String STAR = "*";

    private final String text;
    private final List<List<String>> segments;
    private final boolean takesRest;

    /** @param segments each as what stands between its stars */
    private PathPattern(String text, List<List<String>> segments, boolean takesRest) {
        this.text = text;
        this.segments = segments;
        this.takesRest = takesRest;
    }

    static Optional<String> problem(String text) {
        if (!CHARACTERS.matcher(text).matches()) {
            return Optional.of("must start with / and have no space, ? or #");
        }
        if (ESCAPED.matcher(text).find()) {
            return Optional.of("must have its characters as they are, not as %XX");
        }
        if (text.contains("**")) {
            return Optional.of("has two stars side by side");
        }
        return isTidy(text) ? Optional.empty() : Optional.of("has an empty segment, or . or ..");
    }

    public static PathPattern of(String text) {
        var takesRest = text.endsWith("/*");
        var head = takesRest ? text.substring(0, text.length() - 2) : text;
        var segments = new ArrayList<List<String>>();
        for (var segment : split(head)) {
            segments.add(List.of(segment.split("\\*", -1)));
        }
        return new PathPattern(text, List.copyOf(segments), takesRest);
    }

    /** What a path consists of; none for the root. */
    public static List<String> split(String path) {
        var inner = path.startsWith("/") ? path.substring(1) : path;
        return inner.isEmpty() ? List.of() : List.of(inner.split("/", -1));
    }

    /**
     * Whether nobody could read it in another way: no step up, none on the spot, none into nothing. To some servers a segment ends at
     * its semicolon, and they step up for {@code ..;x} as well.
     */
    public static boolean isTidy(String path) {
        var segments = split(path);
        for (int i = 0; i < segments.size(); i++) {
            var segment = withoutParameters(segments.get(i));
            if (segment.equals(".") || segment.equals("..") || (segment.isEmpty() && i < segments.size() - 1)) {
                return false;
            }
        }
        return path.indexOf('\\') < 0;
    }

    private static String withoutParameters(String segment) {
        var semicolon = segment.indexOf(';');
        return semicolon < 0 ? segment : segment.substring(0, semicolon);
    }

    public String text() {
        return text;
    }

    /** The first segment, where it is the same for all paths. */
    public Optional<String> firstSegment() {
        return segments.isEmpty() || segments.getFirst().size() > 1
                ? Optional.empty()
                : Optional.of(segments.getFirst().getFirst());
    }

    static long stars(String text) {
        return text.chars().filter(c -> c == STAR.charAt(0)).count();
    }

    /** What the stars stand for; null when it does not match. */
    public @Nullable List<String> match(List<String> path) {
        if (takesRest ? path.size() < segments.size() : path.size() != segments.size()) {
            return null;
        }
        var found = new ArrayList<String>(2);
        for (int i = 0; i < segments.size(); i++) {
            if (!match(segments.get(i), path.get(i), found)) {
                return null;
            }
        }
        if (takesRest) {
            found.add(String.join("/", path.subList(segments.size(), path.size())));
        }
        return found;
    }

    private static boolean match(List<String> pieces, String segment, List<String> found) {
        if (pieces.size() == 1) {
            return pieces.getFirst().equals(segment);
        }
        var first = pieces.getFirst();
        var last = pieces.getLast();
        if (segment.isEmpty()
                || segment.length() < first.length() + last.length()
                || !segment.startsWith(first)
                || !segment.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = segment.length() - last.length();
        for (var piece : pieces.subList(1, pieces.size() - 1)) {
            var next = segment.indexOf(piece, at);
            if (next < 0 || next + piece.length() > end) {
                return false;
            }
            found.add(segment.substring(at, next));
            at = next + piece.length();
        }
        found.add(segment.substring(at, end));
        return true;
    }
}
