package dev.elevo.cli;

import dev.elevo.client.Exit;
import dev.elevo.client.Terminal;
import dev.elevo.client.WorkspaceClient;
import dev.elevo.client.WorkspaceException;
import dev.elevo.client.model.CreatePty;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "shell",
        description = "A terminal in a sandbox, in this terminal.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "It ends with its shell (exit, or Ctrl-D); the exit code is the shell's, and 255 when there is none."
        })
@SuppressWarnings("NullAway.Init") // picocli fills them
final class ShellCommand implements Callable<Integer>, RemoteCommand {
    private static final Tty.Size USUAL = new Tty.Size(80, 24);

    @Mixin
    private Service service;

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox;

    @Parameters(
            index = "1..*",
            paramLabel = "PROGRAM",
            description = "Instead of the sandbox's shell, with its arguments")
    private @Nullable List<String> program;

    @Option(
            names = {"-w", "--cwd"},
            paramLabel = "PATH",
            description = "Where it begins; one that is not absolute does in the sandbox's working directory")
    private @Nullable String directory;

    @Option(
            names = {"-u", "--user"},
            description = "Who it is for")
    private @Nullable String user;

    @Option(names = "--attach", paramLabel = "PID", description = "One that is open already; it is left open")
    private @Nullable Integer attach;

    @Override
    public Integer call() {
        if (!Tty.is(0)) {
            throw new CliException("stdin is no terminal; exec runs a command without one");
        }
        try (var workspace = service.connect()) {
            var box = workspace.sandbox(sandbox);
            var terminal = attach == null ? box.terminal(request(workspace)) : box.terminal(attach);
            // A window that is closed takes its shell with it; one that was open before goes on.
            Runnable end = attach == null ? terminal::end : () -> {};
            return RemoteCommand.code(attend(() -> show(terminal, end), end, () -> advise(terminal)));
        }
    }

    /** Who leaves hangs up; who is lost may come back. */
    static Exit attend(Supplier<Exit> terminal, Runnable end, Runnable advise) {
        try {
            return terminal.get();
        } catch (WorkspaceException e) {
            advise.run();
            throw e;
        } catch (RuntimeException e) {
            HangUp.quietly(end);
            throw e;
        }
    }

    private void advise(Terminal terminal) {
        service.advise(
                "the terminal goes on if its sandbox does: elevo shell --attach " + terminal.pid() + " " + sandbox);
    }

    private Exit show(Terminal terminal, Runnable end) {
        try (terminal;
                var tty = Tty.raw();
                var _ = new HangUp(tty::close, end)) {
            return show(terminal);
        }
    }

    private CreatePty request(WorkspaceClient workspace) {
        var size = Tty.size().orElse(USUAL);
        return CreatePty.builder()
                .cols(size.columns())
                .rows(size.rows())
                .shell(program == null ? null : program.getFirst())
                .shellArgs(program == null ? null : program.subList(1, program.size()))
                .cwd(RemoteCommand.directory(workspace, sandbox, directory))
                .user(user)
                .term(CliConfiguration.term())
                .build();
    }

    private Exit show(Terminal terminal) {
        var stdout = new FileOutputStream(FileDescriptor.out);
        Signals.on("WINCH", () -> resize(terminal));
        if (attach != null) {
            Thread.ofVirtual().start(() -> resize(terminal));
        }
        InputPump.start(System.in, terminal::type, () -> {});
        return terminal.follow(bytes -> {
            try {
                stdout.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void resize(Terminal terminal) {
        Tty.size().ifPresent(size -> {
            try {
                terminal.resize(size.columns(), size.rows());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
