package dev.elevo.platform.git;

import dev.elevo.contract.process.RunResult;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a run of git ended.
 *
 * @param words what git said to people, without its progress
 */
record Ended(int exitCode, String output, String words, boolean timedOut, boolean truncated) {
    private static final Pattern LINE_END = Pattern.compile("[\r\n]+");
    private static final Pattern PROGRESS = Pattern.compile(".*:\\s+\\d{1,3}% \\(.*|.*: \\d+, done\\.");
    private static final int MOST_WORDS = 4096;

    static Ended of(RunResult result) {
        return new Ended(
                result.exitCode(),
                text(result.stdout()),
                words(text(result.stderr())),
                result.timedOut(),
                result.truncated());
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** The last ones say why. */
    private static String words(String stderr) {
        var words = LINE_END.splitAsStream(stderr)
                .filter(line -> !PROGRESS.matcher(line).matches())
                .collect(Collectors.joining("\n"));
        return words.substring(Math.max(0, words.length() - MOST_WORDS));
    }

    boolean says(String text) {
        return words.contains(text);
    }
}
