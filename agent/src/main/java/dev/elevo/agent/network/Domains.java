package dev.elevo.agent.network;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A list of host names, and of {@code *.host} for all that is below one. */
record Domains(List<String> patterns) {
    private static final String BELOW = "*.";
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    static Domains of(List<String> patterns) {
        return new Domains(patterns.stream().map(Domains::plain).toList());
    }

    private static String plain(String pattern) {
        var plain = pattern.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(plain).matches()) {
            throw new IllegalArgumentException("not a host name: " + pattern);
        }
        return plain;
    }

    /**
     * Which entry lets a name pass.
     *
     * @param name in small letters, without a dot at its end
     */
    Optional<String> entryFor(String name) {
        return patterns.stream()
                .filter(pattern ->
                        pattern.startsWith(BELOW) ? name.endsWith(pattern.substring(1)) : name.equals(pattern))
                .findFirst();
    }
}
