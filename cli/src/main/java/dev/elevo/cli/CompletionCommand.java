package dev.elevo.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Say what makes a shell complete these commands.",
        mixinStandardHelpOptions = true,
        footer = {"", "bash: source <(elevo completion bash)    zsh: source <(elevo completion zsh)"})
@SuppressWarnings("NullAway.Init") // picocli fills them
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    /** Both read the same script; zsh by what it has for those of bash. */
    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}")
    private Shell shell;

    @Override
    public Integer call() {
        if (shell == Shell.zsh) {
            System.out.println("autoload -Uz compinit && compinit");
        }
        System.out.println(AutoComplete.bash("elevo", spec.root().commandLine()));
        return 0;
    }
}
