package dev.elevo.agent.process;

import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ProcessInfo} of the files under /proc/pid. Programs choose their own names and arguments: anything may be there. */
final class ProcFiles {
    /** USER_HZ, the same on every architecture Linux still runs on. */
    private static final long TICKS_PER_SECOND = 100;

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d{1,15}) kB$");
    private static final int MOST_TEXT = 4096;

    // Places in /proc/pid/stat, counted behind the name.
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int STARTED_TICKS = 19;
    private static final int LEAST_FIELDS = 20;

    private ProcFiles() {}

    /** Empty when the process ended while it was looked at. */
    static Optional<ProcessInfo> describe(int pid, Reply.Inspected files, Instant now, @Nullable LiveProcess ours)
            throws IOException {
        var stat = text(files.stat());
        var nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0 || nameEnd + 2 > stat.length()) {
            return Optional.empty();
        }
        var name = stat.substring(Math.min(stat.indexOf('(') + 1, nameEnd), nameEnd);
        var fields = stat.substring(nameEnd + 2).split(" ");
        if (fields.length < LEAST_FIELDS) {
            return Optional.empty();
        }
        var age = sinceBoot().minus(ticks(fields[STARTED_TICKS]));
        var busy = ticks(fields[USER_TICKS]).plus(ticks(fields[SYSTEM_TICKS]));
        var arguments = split(files.cmdline());
        var startedAt = ours == null ? now.minus(age) : ours.startedAt();
        return Optional.of(new ProcessInfo(
                pid,
                number(fields[PARENT]),
                ours == null ? program(arguments, name) : ours.note().command(),
                ours == null ? rest(arguments) : ours.note().args(),
                text(files.cwd()),
                text(files.user()),
                environment(files.environ()),
                Instant.ofEpochMilli(startedAt.toEpochMilli()),
                percent(busy, age),
                residentBytes(text(files.status())),
                state(fields[STATE]),
                ours == null ? null : ours.note().why().tag(),
                null,
                null));
    }

    /** In ticks since the boot; empty when it has ended, whether or not anybody has noticed. */
    static Optional<String> startOf(Reply.Inspected files) {
        var stat = text(files.stat());
        var fields = stat.substring(Math.min(stat.lastIndexOf(')') + 2, stat.length()))
                .split(" ");
        return fields.length < LEAST_FIELDS || state(fields[STATE]) == ProcessState.ZOMBIE
                ? Optional.empty()
                : Optional.of(fields[STARTED_TICKS]);
    }

    static ProcessInfo describe(ProcessRecord record) {
        var note = record.note();
        return new ProcessInfo(
                record.pid(),
                1, // whatever the API starts is a child of the helper
                note.command(),
                note.args(),
                note.cwd(),
                note.user(),
                note.env(),
                record.startedAt(),
                0,
                0,
                ProcessState.EXITED,
                note.why().tag(),
                record.exitCode(),
                record.endedAt());
    }

    private static Duration sinceBoot() throws IOException {
        var seconds =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private static Duration ticks(String field) {
        return Duration.ofMillis(longNumber(field) * (1000 / TICKS_PER_SECOND));
    }

    private static double percent(Duration busy, Duration age) {
        var share = 100.0 * busy.toMillis() / Math.max(1, age.toMillis());
        return Math.round(Math.max(0, share) * 10) / 10.0;
    }

    private static ProcessState state(String letter) {
        return switch (letter) {
            case "R" -> ProcessState.RUNNING;
            case "T", "t" -> ProcessState.STOPPED;
            case "Z", "X" -> ProcessState.ZOMBIE;
            default -> ProcessState.SLEEPING;
        };
    }

    private static long residentBytes(String status) {
        var found = RESIDENT.matcher(status);
        return found.find() ? Long.parseLong(found.group(1)) * 1024 : 0;
    }

    private static String program(List<String> arguments, String name) {
        return arguments.isEmpty() ? name : arguments.getFirst();
    }

    private static List<String> rest(List<String> arguments) {
        return arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
    }

    private static Map<String, String> environment(byte[] environ) {
        var environment = new HashMap<String, String>();
        for (var variable : split(environ)) {
            var equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return environment;
    }

    private static List<String> split(byte[] strings) {
        var all = new ArrayList<String>();
        for (int from = 0; from < strings.length; ) {
            var end = from;
            while (end < strings.length && strings[end] != 0) {
                end++;
            }
            all.add(new String(strings, from, end - from, StandardCharsets.UTF_8));
            from = end + 1;
        }
        return all;
    }

    private static int number(String field) {
        return (int) Math.min(longNumber(field), Integer.MAX_VALUE);
    }

    private static long longNumber(String field) {
        return field.matches("\\d{1,15}") ? Long.parseLong(field) : 0;
    }

    private static String text(byte[] bytes) {
        return new String(Arrays.copyOf(bytes, Math.min(bytes.length, MOST_TEXT)), StandardCharsets.UTF_8);
    }
}
