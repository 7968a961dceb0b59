package dev.elevo.cli;

import dev.elevo.client.Output;
import dev.elevo.client.WorkspaceClient;
import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.model.ProcessInfo;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = "Show what a process of a sandbox wrote.",
        mixinStandardHelpOptions = true,
        footer = {"", "What ended can be read for ten minutes, while its sandbox runs."})
@SuppressWarnings("NullAway.Init") // picocli fills them
final class LogsCommand implements Callable<Integer> {
    private static final String ENTRYPOINT = "entrypoint";

    @Mixin
    private Service service;

    @Parameters(index = "0", paramLabel = "SANDBOX")
    private String sandbox;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PID|TAG",
            description = "The entrypoint where there is one, else what was started last")
    private @Nullable String which;

    @Option(
            names = {"-f", "--follow"},
            description = "Until it ends")
    private boolean follow;

    @Override
    public Integer call() {
        try (var workspace = service.connect()) {
            var pid = pid(workspace);
            var process = workspace.sandbox(sandbox).process(pid);
            var printer = new ExecCommand.Printer(signal -> {});
            Consumer<Output> shown = service.isJson() ? printer::line : printer;
            if (follow) {
                process.follow(shown);
            } else {
                soFar(workspace, pid, shown);
            }
            return 0;
        }
    }

    private int pid(WorkspaceClient workspace) {
        if (which != null && which.matches("\\d{1,9}")) {
            return Integer.parseInt(which);
        }
        var query = new ProcessApi.ListProcessesQuery().includeExited(true);
        var all = workspace.api().processes().listProcesses(sandbox, query).data();
        var wanted = which == null ? ENTRYPOINT : which;
        return newest(all.stream()
                        .filter(process -> wanted.equals(process.tag()))
                        .toList())
                .or(() -> which == null ? newest(all) : Optional.empty())
                .orElseThrow(() -> new CliException(
                        which == null ? "nothing was started in " + sandbox : "no process with the tag " + which))
                .pid();
    }

    private static Optional<ProcessInfo> newest(List<ProcessInfo> processes) {
        return processes.stream().max(Comparator.comparing(ProcessInfo::startedAt));
    }

    private void soFar(WorkspaceClient workspace, int pid, Consumer<Output> shown) {
        var cursor = "";
        while (true) {
            var query = new ProcessApi.GetOutputQuery().encoding("base64").limit(1 << 20);
            var page = workspace
                    .api()
                    .processes()
                    .getOutput(sandbox, pid, cursor.isEmpty() ? query : query.cursor(cursor));
            var dropped = page.droppedBytes();
            for (var chunk : page.chunks()) {
                var bytes = Base64.getDecoder().decode(chunk.data());
                shown.accept(new Output(chunk.stream().equals("stderr"), bytes, dropped, page.nextCursor()));
                dropped = 0L;
            }
            if (page.chunks().isEmpty()) {
                return;
            }
            cursor = page.nextCursor();
        }
    }
}
