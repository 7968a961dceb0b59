package dev.elevo.cli;

import java.util.stream.Collectors;

/** Text of others for a terminal, which must neither obey it nor be led to another line by it. */
final class Visible {
    private Visible() {}

    static String of(String text) {
        return text.codePoints().mapToObj(Visible::shown).collect(Collectors.joining());
    }

    /** With its lines. */
    static String lines(String text) {
        return text.lines().map(Visible::of).collect(Collectors.joining("\n"));
    }

    private static String shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL ->
                switch (character) {
                    case '\n' -> "\\n";
                    case '\t' -> "\\t";
                    default -> "\\x%02x".formatted(character);
                };
            // Those turn the direction of what follows, or are seen by nobody.
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                "\\u%04x".formatted(character);
            default -> Character.toString(character);
        };
    }
}
