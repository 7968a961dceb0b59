package dev.elevo.cli;

import dev.elevo.client.api.ProcessApi;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ps", description = "Show what runs in a sandbox.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class ProcessesCommand implements Callable<Integer> {
    @Mixin
    private Service service;

    @Parameters(paramLabel = "SANDBOX")
    private String sandbox;

    @Option(
            names = {"-a", "--all"},
            description = "Also what ended in the last ten minutes")
    private boolean all;

    @Override
    public Integer call() {
        try (var workspace = service.connect()) {
            var query = new ProcessApi.ListProcessesQuery().includeExited(all);
            service.showAll(
                    workspace.api().processes().listProcesses(sandbox, query).data(),
                    List.of("PID", "USER", "STATE", "TAG", "AGE", "COMMAND"),
                    process -> Arrays.asList(
                            process.pid(),
                            process.user(),
                            process.state(),
                            process.tag(),
                            Service.age(process.startedAt()),
                            process.command()));
            return 0;
        }
    }
}
