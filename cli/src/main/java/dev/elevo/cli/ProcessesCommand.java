package dev.elevo.cli;

import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.model.ProcessInfo;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
                            line(process)));
            return 0;
        }
    }

    private static String line(ProcessInfo process) {
        return Stream.concat(Stream.of(process.command()), process.args().stream())
                .collect(Collectors.joining(" "));
    }
}
