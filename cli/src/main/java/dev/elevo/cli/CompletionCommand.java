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

    /** Both read the same script. It makes zsh ready for it, unless it is: to do so twice would take away what others complete. */
    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}")
    private Shell shell;

    @Override
    public Integer call() {
        System.out.println("# for " + shell);
        System.out.println(AutoComplete.bash("elevo", spec.root().commandLine()));
        return 0;
    }
}
