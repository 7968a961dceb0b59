package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
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
    private RunResults() {}

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

    static RunResult of(EndedProcess process) throws IOException {
        var record = process.record();
        if (record.lost()) {
            throw killed(record.pid()).asException();
        }
        var charts = process.charts();
        return process.output()
                .read(output -> new RunResult(
                        record.exitCode(),
                        text(record, output, OutputStreamName.STDOUT),
                        text(record, output, OutputStreamName.STDERR),
                        error(record),
                        record.bySignal() ? Signals.name(record.code()) : null,
                        record.durationMillis(),
                        record.timedOut(),
                        isCut(output, OutputStreamName.STDOUT)
                                || isCut(output, OutputStreamName.STDERR)
                                || (charts != null && charts.cut()),
                        charts == null ? null : charts.charts(),
                        record.note().why().mark()));
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

    private static boolean isCut(Output output, OutputStreamName stream) {
        return output.total().of(stream) > output.most();
    }

    /** A cut may fall into a character; what is left of it is no output. */
    private static String text(ProcessRecord record, Output output, OutputStreamName stream) throws IOException {
        var encoding = OutputEncoding.named(record.note().encoding());
        var bytes = output.beginning(stream);
        if (encoding == OutputEncoding.UTF_8 && isCut(output, stream)) {
            bytes = Arrays.copyOf(bytes, bytes.length - Utf8.unfinished(bytes, bytes.length));
        }
        return encoding.text(bytes);
    }
}
