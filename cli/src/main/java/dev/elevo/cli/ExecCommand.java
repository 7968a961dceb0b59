package dev.elevo.cli;

import dev.elevo.client.Exit;
import dev.elevo.client.Json;
import dev.elevo.client.Output;
import dev.elevo.client.RunningProcess;
import dev.elevo.client.UnreachableException;
import dev.elevo.client.WorkspaceClient;
import dev.elevo.client.WorkspaceException;
import dev.elevo.client.model.SpawnRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exec",
        description = "Run a command in a sandbox, with our stdin, stdout and stderr.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "One word is for the sandbox's shell: elevo exec box 'ls | wc -l'. Several are a program and its arguments, as they are: elevo exec box ls -l 'my file'.",
            "The exit code is the command's; 128 and the number of the signal that ended it; 124 when its time was up; 255 when there is none."
        })
@SuppressWarnings("NullAway.Init") // picocli fills them
final class ExecCommand implements Callable<Integer>, RemoteCommand {
    private static final int INTERRUPTED = 130;

    @Mixin
    private Service service;

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
    private List<String> command;

    @Option(
            names = {"-n", "--no-stdin"},
            description = "Give it no stdin")
    private boolean noInput;

    @Option(
            names = {"-d", "--detach"},
            description = "Say its pid and leave it")
    private boolean detached;

    @Option(names = "--tag", description = "A name for logs")
    private @Nullable String tag;

    @Option(
            names = {"-w", "--cwd"},
            paramLabel = "PATH",
            description = "Where it runs; one that is not absolute begins in the sandbox's working directory")
    private @Nullable String directory;

    @Option(
            names = {"-u", "--user"},
            description = "Who runs it")
    private @Nullable String user;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable of its environment")
    private @Nullable Map<String, String> environment;

    @Option(names = "--timeout", paramLabel = "TIME", description = "After which it is killed (never)")
    private @Nullable Milliseconds timeout;

    @Override
    public Integer call() {
        try (var workspace = service.connect();
                var process = workspace.sandbox(sandbox).spawn(request(workspace))) {
            if (detached) {
                service.show(Map.of("pid", process.pid()), String.valueOf(process.pid()));
                return 0;
            }
            interruptible(process);
            if (!noInput) {
                InputPump.start(System.in, process::write, process::closeInput);
            }
            return RemoteCommand.code(follow(process));
        }
    }

    private Exit follow(RunningProcess process) {
        var printer = new Printer(process::signal);
        try {
            var exit = process.follow(service.isJson() ? printer::line : printer);
            if (service.isJson()) {
                printer.print(exit);
            }
            return exit;
        } catch (UnreachableException e) {
            service.advise("it goes on: elevo logs -f " + sandbox + " " + process.pid());
            throw e;
        }
    }

    private SpawnRequest request(WorkspaceClient workspace) {
        var isLine = command.size() == 1;
        return SpawnRequest.builder()
                .command(command.getFirst())
                .useShell(isLine)
                .args(isLine ? null : command.subList(1, command.size()))
                .stdin(!noInput && !detached)
                .tag(tag)
                .cwd(RemoteCommand.directory(workspace, sandbox, directory))
                .user(user)
                .env(environment)
                .timeoutMs(timeout == null ? null : timeout.value())
                .build();
    }

    /** Ctrl-C is for the command; the second one, for us. */
    private static void interruptible(RunningProcess process) {
        var told = new AtomicBoolean();
        Signals.on("INT", () -> {
            if (told.getAndSet(true)) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            Thread.ofVirtual().start(() -> interrupt(process));
        });
    }

    private static void interrupt(RunningProcess process) {
        try {
            process.signal("SIGINT");
        } catch (WorkspaceException e) {
            // It has ended already, or cannot be reached; what is read of it tells.
        }
    }

    /** Byte by byte as it comes, with nothing kept back. */
    static final class Printer implements Consumer<Output> {
        private final OutputStream stdout;
        private final OutputStream stderr;
        private final Consumer<String> signal;

        /** @param signal tells the writer what a pipe would */
        Printer(Consumer<String> signal) {
            this(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), signal);
        }

        Printer(OutputStream stdout, OutputStream stderr, Consumer<String> signal) {
            this.stdout = stdout;
            this.stderr = stderr;
            this.signal = signal;
        }

        @Override
        public void accept(Output output) {
            try {
                if (output.droppedBytes() > 0) {
                    stderr.write("elevo: %d bytes are not kept any more%n"
                            .formatted(output.droppedBytes())
                            .getBytes(StandardCharsets.UTF_8));
                }
                (output.isError() ? stderr : stdout).write(output.bytes());
            } catch (IOException e) {
                end();
                throw UnreadException.isReason(e) ? new UnreadException() : new UncheckedIOException(e);
            }
        }

        /** As {@link #accept}, but as a line of JSON, in the words of the service. */
        void line(Output output) {
            var words = new LinkedHashMap<String, Object>();
            words.put("stream", output.isError() ? "stderr" : "stdout");
            words.put("data", Base64.getEncoder().encodeToString(output.bytes()));
            if (output.droppedBytes() > 0) {
                words.put("droppedBytes", output.droppedBytes());
            }
            words.put("cursor", output.cursor());
            print(words);
        }

        void print(Object words) {
            accept(new Output(false, (Json.write(words) + "\n").getBytes(StandardCharsets.UTF_8), 0, ""));
        }

        /** What writes for nobody would write for ever. The API has no SIGPIPE. */
        private void end() {
            try {
                signal.accept("SIGTERM");
            } catch (WorkspaceException e) {
                // It has ended already, or is not ours to end.
            }
        }
    }
}
