package dev.elevo.cli;

import dev.elevo.client.api.SnapshotsApi;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "snapshot", description = "Keep what a sandbox is like.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class SnapshotCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which of them?");
    }

    @Command(description = "Take one, and say its id as soon as it can be used.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Service service,
            @Parameters(index = "0", paramLabel = "SANDBOX") String sandbox,
            @Parameters(index = "1", paramLabel = "NAME") String name) {
        try (var workspace = service.connect()) {
            var snapshot = workspace.sandbox(sandbox).snapshot(name);
            service.show(snapshot, snapshot.id());
            if (!snapshot.state().equals("available")) {
                throw new CliException(snapshot.id() + " is " + snapshot.state());
            }
            return 0;
        }
    }

    @Command(aliases = "ls", description = "Show those there are.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Service service,
            @Option(names = "--sandbox", description = "Only those of one sandbox") @Nullable String sandbox) {
        try (var workspace = service.connect()) {
            service.showAll(
                    workspace
                            .snapshots(new SnapshotsApi.ListSnapshotsQuery().sandboxId(sandbox))
                            .toList(),
                    List.of("ID", "NAME", "STATE", "SIZE", "AGE"),
                    snapshot -> List.of(
                            snapshot.id(),
                            snapshot.name(),
                            snapshot.state(),
                            snapshot.size() == null ? "" : ProgressBar.amount(snapshot.size()),
                            Service.age(snapshot.createdAt())));
            return 0;
        }
    }

    @Command(description = "Delete some. The sandboxes made of them stay.", mixinStandardHelpOptions = true)
    int rm(@Mixin Service service, @Parameters(paramLabel = "SNAPSHOT", arity = "1..*") List<String> snapshots) {
        try (var workspace = service.connect()) {
            return service.each(snapshots, workspace.api().snapshots()::deleteSnapshot);
        }
    }
}
