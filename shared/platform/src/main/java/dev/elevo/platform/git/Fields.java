package dev.elevo.platform.git;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What git wrote in fields that end with a NUL. A name that is no UTF-8 has the replacement character where it is not. */
final class Fields {
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private final String text;
    private int at;

    Fields(String text) {
        this.text = text;
    }

    boolean hasNext() {
        return text.indexOf('\0', at) >= 0;
    }

    /** The next one; where git broke its word, the sandbox has another git than it should. */
    String next() {
        var end = text.indexOf('\0', at);
        if (end < 0) {
            throw GitFailures.unreadable();
        }
        var field = text.substring(at, end);
        at = end + 1;
        return field;
    }

    /** The next one of a record, which begins on a line of its own. */
    String nextOnLine() {
        skip('\n');
        return next();
    }

    void skip(char character) {
        if (startsWith(String.valueOf(character))) {
            at++;
        }
    }

    boolean startsWith(String beginning) {
        return text.startsWith(beginning, at);
    }

    /** Finds the pattern where the next field begins, or nothing. */
    Matcher lookingAt(Pattern pattern) {
        return pattern.matcher(text).region(at, text.length());
    }

    /** What follows the last field that was read. */
    String rest() {
        return text.substring(at);
    }

    static int number(String digits) {
        try {
            return Integer.parseInt(digits.strip());
        } catch (NumberFormatException e) {
            throw GitFailures.unreadable();
        }
    }

    /**
     * Git keeps whatever number somebody wrote into a commit; times have years of four digits. Where it could not read any, it
     * says nothing, and shows people the first second of all.
     */
    static Instant instant(String seconds) {
        if (seconds.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            return Instant.ofEpochSecond(Math.clamp(Long.parseLong(seconds.strip()), 0, LAST_SECOND));
        } catch (NumberFormatException e) {
            throw GitFailures.unreadable();
        }
    }
}
