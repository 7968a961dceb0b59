package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StreamEnd;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a command that is over. */
final class RunResults {
    /** Of both streams together. No answer carries more, and what is read for it lies in the memory of all. */
    private static final int MOST_TOLD = 6 << 20;

    private static final int LONGEST_IN_JSON = 6;

    private RunResults() {}

    /** What is told of a stream, and whether there is more. */
    private record Told(String text, boolean isCut) {}

    /** Without the output, which was told before. */
    static StreamEnd endOf(EndedProcess process) {
        var record = process.record();
        if (record.lost()) {
            throw killed(record.pid()).asException();
        }
        return new StreamEnd(
                record.exitCode(),
                error(record),
                record.bySignal() ? Signals.name(record.code()) : null,
                record.durationMillis(),
                record.timedOut(),
                false);
    }

    static RunResult of(EndedProcess process, AnswerRoom room) throws IOException {
        var record = process.record();
        if (record.lost()) {
            throw killed(record.pid()).asException();
        }
        var charts = process.charts();
        return process.output().read(output -> {
            room.take((long) told(output, OutputStreamName.STDOUT) + told(output, OutputStreamName.STDERR));
            var stdout = told(record, output, OutputStreamName.STDOUT);
            var stderr = told(record, output, OutputStreamName.STDERR);
            return new RunResult(
                    record.exitCode(),
                    stdout.text(),
                    stderr.text(),
                    error(record),
                    record.bySignal() ? Signals.name(record.code()) : null,
                    record.durationMillis(),
                    record.timedOut(),
                    stdout.isCut() || stderr.isCut() || (charts != null && charts.cut()),
                    charts == null ? null : charts.charts(),
                    record.note().why().mark());
        });
    }

    static Failure killed(int pid) {
        return new Failure.Refused(
                ErrorCode.PROCESS_KILLED, "The sandbox was stopped while the process ran", Map.of("pid", pid));
    }

    private static @Nullable String error(ProcessRecord record) {
        if (record.timedOut()) {
            return "timed out after " + record.note().timeoutMs() + " ms";
        }
        if (record.wasBombed()) {
            return "killed with everything else in the sandbox: something in it went on forking, and left no room for another process";
        }
        if (record.memoryLimitMB() != null) {
            return "killed while the sandbox was short of memory; it has " + record.memoryLimitMB()
                    + " MB, by resources.memoryMB at its creation";
        }
        return record.bySignal() ? "ended by " + Signals.name(record.code()) : null;
    }

    private static int told(Output output, OutputStreamName stream) {
        return Math.min(kept(output, stream), share(output, stream));
    }

    private static int kept(Output output, OutputStreamName stream) {
        return (int) Math.min(output.total().of(stream), Math.min(output.most(), MOST_TOLD));
    }

    /** Half for each, and what one does not need for the other, as in the answer that is made of it. */
    private static int share(Output output, OutputStreamName stream) {
        return Math.max(MOST_TOLD / 2, MOST_TOLD - kept(output, stream.other()));
    }

    /** A cut may fall into a character; what is left of it is no output. */
    private static Told told(ProcessRecord record, Output output, OutputStreamName stream) throws IOException {
        var encoding = OutputEncoding.named(record.note().encoding());
        var length = told(output, stream);
        var isCut = output.total().of(stream) > length;
        var bytes = output.read(stream, 0, length);
        if (encoding == OutputEncoding.UTF_8 && isCut) {
            bytes = Arrays.copyOf(bytes, bytes.length - Utf8.unfinished(bytes, bytes.length));
        }
        var text = encoding.text(bytes);
        var end = endInJson(text, share(output, stream));
        return end == text.length() ? new Told(text, isCut) : new Told(text.substring(0, end), true);
    }

    /** Where what is told ends. Base64 ends with four characters, text with whole ones. */
    private static int endInJson(String text, int most) {
        if (text.length() <= most / LONGEST_IN_JSON) {
            return text.length();
        }
        var taken = 0;
        for (int i = 0; i < text.length(); i++) {
            taken += inJson(text.charAt(i));
            if (taken > most) {
                var end = i - i % 4;
                return end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
            }
        }
        return text.length();
    }

    private static int inJson(char character) {
        return switch (character) {
            case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
            default -> character < ' ' ? LONGEST_IN_JSON : character < 0x80 ? 1 : 3;
        };
    }
}
