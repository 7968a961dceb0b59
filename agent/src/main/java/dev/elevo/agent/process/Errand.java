package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.helper.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small program of the agent's own inside a sandbox. It has no note, is nobody's process, and is forgotten at its end. What it
 * says may be anybody's words.
 */
final class Errand {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int MOST_WORDS = 4096;

    private final Helper helper;
    private final Starter starter;

    /** Starts it when that may be. */
    interface Starter {
        HelperProcess start(ExecRequest request) throws IOException;
    }

    Errand(Helper helper, Starter starter) {
        this.helper = helper;
        this.starter = starter;
    }

    /**
     * How it ended.
     *
     * @param code -1 for an end by signal
     * @param output of stdout, as much as was asked for
     * @param words of stderr, a little
     */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Outcome(int code, byte[] output, byte[] words) {}

    /**
     * A script of the sandbox's own shell.
     *
     * @param most bytes of output, beyond which it is killed
     */
    Outcome script(
            String user,
            Map<String, String> environment,
            String script,
            List<String> arguments,
            ExecRequest.Stdin stdin,
            int most)
            throws IOException {
        var line = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        line.addAll(arguments);
        return run(user, "/", line, environment, stdin, most);
    }

    /** Any program. */
    Outcome run(
            String user,
            String directory,
            List<String> line,
            Map<String, String> environment,
            ExecRequest.Stdin stdin,
            int most)
            throws IOException {
        var request = new ExecRequest(
                user, directory, line, environment, false, stdin, null, ExecRequest.Timeout.killing(TIME), new byte[0]);
        try (var process = starter.start(request)) {
            return follow(process, most);
        }
    }

    private Outcome follow(HelperProcess process, int most) throws IOException {
        var output = new ByteArrayOutputStream();
        var words = new ByteArrayOutputStream();
        long stdout = 0;
        long stderr = 0;
        for (; ; ) {
            switch (process.next()) {
                case Reply.Output(var stream, var offset, var data) -> {
                    var isOutput = stream == OutputStreamName.STDOUT;
                    var kept = isOutput ? output : words;
                    kept.write(data, 0, Math.min(data.length, (isOutput ? most : MOST_WORDS) - kept.size()));
                    if (isOutput) {
                        stdout = offset + data.length;
                    } else {
                        stderr = offset + data.length;
                    }
                    process.acknowledge(stdout, stderr);
                    if (stdout > most) {
                        helper.signal(process.id(), Signals.KILL);
                    }
                }
                case Reply.Ended ended -> {
                    process.forget();
                    return new Outcome(ended.bySignal() ? -1 : ended.code(), output.toByteArray(), words.toByteArray());
                }
                case Reply.StdinAccepted accepted ->
                    throw new IllegalStateException("consumed by the process itself: " + accepted);
            }
        }
    }
}
