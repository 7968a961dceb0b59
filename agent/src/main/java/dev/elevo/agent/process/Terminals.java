package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What a request for a terminal means in a sandbox: its defaults filled in from there. */
final class Terminals {
    /** Kept of what was shown: the end of it. */
    static final int HISTORY = 1 << 20;

    /** A login shell for everybody. */
    static final CreatePty CONSOLE = new CreatePty(null, null, null, null, null, null, List.of("-l"), null, 0);

    private static final String TERM = "TERM";

    private Terminals() {}

    static ProcessNote note(CreatePty request, SandboxSpec spec, @Nullable String onceKey, boolean console) {
        var shell = orElse(request.shell(), spec.shell());
        var arguments = orElse(request.shellArgs(), List.<String>of());
        Commands.refuseNul("shell", shell);
        Commands.refuseNul("cwd", orElse(request.cwd(), ""));
        arguments.forEach(argument -> Commands.refuseNul("shellArgs", argument));
        var env = environment(request, spec);
        env.values().forEach(value -> Commands.refuseNul("env", value));
        return new ProcessNote(
                ThreadLocalRandom.current().nextLong(),
                shell,
                arguments,
                orElse(request.cwd(), spec.workDir()),
                orElse(request.user(), spec.user()),
                env,
                onceKey,
                HISTORY,
                null,
                0,
                Purpose.TERMINAL,
                new TerminalNote(
                        orElse(request.cols(), CreatePty.DEFAULT_COLS),
                        orElse(request.rows(), CreatePty.DEFAULT_ROWS),
                        shell,
                        orElse(request.timeoutMs(), CreatePty.DEFAULT_TIMEOUT_MS),
                        console));
    }

    static ExecRequest exec(CreatePty request, ProcessNote note, byte[] noteBytes) {
        var line = new ArrayList<String>();
        line.add(note.command());
        line.addAll(note.args());
        return new ExecRequest(
                note.user(),
                note.cwd(),
                line,
                note.env(),
                false,
                new ExecRequest.OpenInput(),
                new ExecRequest.Terminal(
                        orElse(request.rows(), CreatePty.DEFAULT_ROWS), orElse(request.cols(), CreatePty.DEFAULT_COLS)),
                null,
                noteBytes);
    }

    private static Map<String, String> environment(CreatePty request, SandboxSpec spec) {
        var merged = new HashMap<>(spec.env());
        merged.putAll(orElse(request.env(), Map.<String, String>of()));
        var term = request.term();
        if (term != null) {
            merged.put(TERM, term);
        }
        return merged;
    }

    static boolean isConsole(ProcessNote note) {
        var terminal = note.terminal();
        return terminal != null && terminal.console();
    }

    static ProcessNote resized(ProcessNote note, int cols, int rows) {
        var terminal = terminal(note);
        return note.on(new TerminalNote(cols, rows, terminal.shell(), terminal.idleMs(), terminal.console()));
    }

    static PtyInfo info(LiveProcess process) {
        return info(process.note(), process.pid(), process.startedAt(), process.lastActivityAt(), true, null);
    }

    static PtyInfo info(ProcessRecord record) {
        return info(record.note(), record.pid(), record.startedAt(), record.endedAt(), false, record.exitCode());
    }

    private static PtyInfo info(
            ProcessNote note, int pid, Instant created, Instant active, boolean isActive, @Nullable Integer exitCode) {
        var terminal = terminal(note);
        return new PtyInfo(
                pid,
                terminal.cols(),
                terminal.rows(),
                note.cwd(),
                note.user(),
                terminal.shell(),
                created,
                active,
                isActive,
                exitCode);
    }

    static TerminalNote terminal(ProcessNote note) {
        return Objects.requireNonNull(note.terminal(), "it runs on no terminal");
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return Objects.requireNonNullElse(value, otherwise);
    }
}
