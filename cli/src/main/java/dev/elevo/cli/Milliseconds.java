package dev.elevo.cli;

import java.util.regex.Pattern;

/** As people write times: {@code 90s}, {@code 30m}, {@code 2h}; 0 is never. */
record Milliseconds(int value) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,8})(ms|s|m|h|)");

    static Milliseconds of(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches() || (parts.group(2).isEmpty() && !parts.group(1).equals("0"))) {
            throw new IllegalArgumentException("\"" + text + "\" is no time such as 90s, 30m or 2h");
        }
        var unit = switch (parts.group(2)) {
            case "s" -> 1000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            default -> 1L;
        };
        return new Milliseconds(Math.toIntExact(Long.parseLong(parts.group(1)) * unit));
    }
}
