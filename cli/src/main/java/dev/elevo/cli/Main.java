package dev.elevo.cli;

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
                    if (!new Failures(System.err, command.getParseResult().hasMatchedOption("--json")).tell(failure)) {
                        throw failure;
                    }
                    return command.getCommand() instanceof RemoteCommand ? RemoteCommand.LOST : FAILED;
                });
    }
}
