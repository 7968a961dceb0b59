package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.Json;
import dev.elevo.client.UnreachableException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;

/** Runs one command. What it brings goes to stdout; what went wrong, and how far it is, to stderr. */
public final class Main {
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] arguments) {
        // Also while something still reads the terminal.
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        var all = new CommandLine(new ElevoCommand());
        // What follows the sandbox is another program's.
        all.getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof RemoteCommand)
                .forEach(command -> command.setStopAtPositional(true));
        return all.registerConverter(Milliseconds.class, Milliseconds::of)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof UnreadException) {
                        return RemoteCommand.UNREAD;
                    }
                    tell(System.err, failure);
                    return command.getCommand() instanceof RemoteCommand ? RemoteCommand.LOST : FAILED;
                });
    }

    private static void tell(PrintStream stderr, Exception failure) throws Exception {
        switch (failure) {
            case ApiException refused -> {
                stderr.printf("elevo: %s (%d %s)%n", refused.getMessage(), refused.code(), refused.name());
                if (refused.details().get("fields") instanceof Iterable<?> fields) {
                    for (var field : fields) {
                        if (field instanceof Map<?, ?> wrong) {
                            stderr.printf("  %s: %s%n", wrong.get("field"), wrong.get("message"));
                        }
                    }
                } else if (!refused.details().isEmpty()) {
                    stderr.println("  " + Json.write(refused.details()));
                }
                if (!refused.requestId().isEmpty()) {
                    stderr.println("  request " + refused.requestId());
                }
            }
            case UnreachableException lost -> {
                var cause = lost.getCause() == null ? "" : ": " + reason(lost.getCause());
                stderr.println("elevo: " + lost.getMessage() + cause);
            }
            case CliException told -> stderr.println("elevo: " + told.getMessage());
            case IllegalArgumentException told -> stderr.println("elevo: " + told.getMessage());
            case UncheckedIOException broken ->
                stderr.println("elevo: " + reason(Objects.requireNonNull(broken.getCause())));
            default -> throw failure;
        }
    }

    /** Some say nothing but what they are. */
    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.toString();
    }
}
