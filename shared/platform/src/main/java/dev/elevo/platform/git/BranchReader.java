package dev.elevo.platform.git;

import dev.elevo.contract.git.BranchInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code git for-each-ref} in the format of the scripts' {@code BRANCH}, and the names of the remotes behind it. */
final class BranchReader {
    private static final String LOCAL = "refs/heads/";
    private static final String REMOTE = "refs/remotes/";
    private static final Pattern AHEAD = Pattern.compile("ahead (\\d{1,9})");
    private static final Pattern BEHIND = Pattern.compile("behind (\\d{1,9})");

    private BranchReader() {}

    private record Line(
            String ref,
            String symbolic,
            boolean current,
            String commit,
            String upstream,
            String track,
            String summary) {
        BranchInfo info(List<String> remotes, boolean tracking) {
            var isRemote = ref.startsWith(REMOTE);
            var name = ref.substring(isRemote ? REMOTE.length() : Math.min(LOCAL.length(), ref.length()));
            var counts = tracking && !upstream.isEmpty() && !track.equals("gone");
            return new BranchInfo(
                    name,
                    current,
                    isRemote,
                    isRemote ? remoteOf(name, remotes) : null,
                    upstream.isEmpty() ? null : upstream,
                    commit,
                    summary,
                    counts ? count(AHEAD, track) : null,
                    counts ? count(BEHIND, track) : null);
        }
    }

    static List<BranchInfo> list(String output, boolean tracking) {
        var fields = new Fields(output);
        var lines = new ArrayList<Line>();
        while (fields.hasNext()) {
            lines.add(line(fields));
        }
        var remotes = fields.rest()
                .lines()
                .skip(1)
                .filter(name -> !name.isEmpty() && !name.equals("="))
                .toList();
        return lines.stream()
                // The head of a remote is a name for one of its branches, and none.
                .filter(line -> line.symbolic().isEmpty())
                .map(line -> line.info(remotes, tracking))
                .toList();
    }

    static BranchInfo one(String output) {
        return line(new Fields(output)).info(List.of(), true);
    }

    private static Line line(Fields fields) {
        return new Line(
                fields.nextOnLine(),
                fields.next(),
                fields.next().equals("*"),
                fields.next(),
                fields.next(),
                fields.next(),
                fields.next());
    }

    private static int count(Pattern pattern, String track) {
        var found = pattern.matcher(track);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    /** The longest remote that the name begins with: its own name may hold slashes, too. */
    private static @Nullable String remoteOf(String name, List<String> remotes) {
        return remotes.stream()
                .filter(remote -> name.startsWith(remote + "/"))
                .max(Comparator.comparingInt(String::length))
                .orElseGet(() -> name.contains("/") ? name.substring(0, name.indexOf('/')) : null);
    }
}
