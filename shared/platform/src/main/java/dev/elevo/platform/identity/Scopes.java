package dev.elevo.platform.identity;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What endpoints ask for. Routes of the gateway may ask for anything else. */
public final class Scopes {
    public static final List<String> ALL = List.of(
            "audit:read",
            "files:read",
            "files:write",
            "gateway.admin",
            "git:read",
            "git:write",
            "org:admin",
            "run:read",
            "run:write",
            "sandbox:create",
            "sandbox:exec",
            "sandbox:read",
            "sandbox:write",
            "service.read",
            "service.write",
            "snapshot:read",
            "snapshot:write",
            "system:admin",
            "system:read",
            "user:write",
            "volume:read",
            "volume:write");

    /** Of letters: more is another word, and no slip. */
    private static final int SLIP = 2;

    private Scopes() {}

    /**
     * What may have been meant by one that opens no endpoint, though it looks as if it should: it begins as those of an area do, or
     * is a slip away from one. Empty where it opens something, or is a word of its own.
     */
    public static Optional<String> meantBy(String granted) {
        if (ALL.stream().anyMatch(scope -> ScopeGlob.matches(granted, scope))) {
            return Optional.empty();
        }
        var lower = granted.toLowerCase(Locale.ROOT);
        var nearest = Stream.concat(ALL.stream(), areas().map(area -> area + "*"))
                .min(Comparator.comparingInt((String scope) -> distance(lower, scope))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        return areas().anyMatch(lower::startsWith) || distance(lower, nearest) <= SLIP
                ? Optional.of(nearest)
                : Optional.empty();
    }

    private static Stream<String> areas() {
        return ALL.stream()
                .filter(scope -> scope.contains(":"))
                .map(scope -> scope.substring(0, scope.indexOf(':') + 1))
                .distinct();
    }

    /** How many letters are put in, left out, exchanged for another or with the one beside. */
    private static int distance(String one, String other) {
        var steps = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                var same = one.charAt(i - 1) == other.charAt(j - 1);
                steps[i][j] =
                        Math.min(steps[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[one.length()][other.length()];
    }
}
