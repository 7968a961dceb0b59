package dev.elevo.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "elevo",
        description = "Sandboxes from a shell.",
        mixinStandardHelpOptions = true,
        versionProvider = ElevoCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The service is the one that WORKSPACE_API_URL and WORKSPACE_API_KEY name; else the local run whose .elevo is in this folder or above.",
            "Exit codes: 0 done, 1 refused or failed, 2 used wrongly; those of exec and shell are the remote command's, and 255 when there is none."
        },
        subcommands = {
            SandboxCommand.class,
            ExecCommand.class,
            ShellCommand.class,
            CopyCommand.class,
            LogsCommand.class,
            ProcessesCommand.class,
            SnapshotCommand.class,
            VolumeCommand.class,
            KeyCommand.class,
            EventsCommand.class,
            ConfigCommand.class,
            CompletionCommand.class
        })
@SuppressWarnings("NullAway.Init") // picocli fills them
final class ElevoCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"elevo " + (version == null ? "(unpacked)" : version)};
        }
    }
}
