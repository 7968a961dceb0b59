package dev.elevo.cli;

import dev.elevo.client.api.VolumesApi;
import dev.elevo.client.model.CreateVolume;
import dev.elevo.client.model.ResizeVolume;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "volume", description = "Disks that outlive sandboxes.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class VolumeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which of them?");
    }

    @Command(description = "Make one, and say its id.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Service service,
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--size", paramLabel = "GB", description = "Gigabytes") @Nullable Integer size) {
        try (var workspace = service.connect()) {
            var volume = workspace
                    .api()
                    .volumes()
                    .createVolume(
                            new VolumesApi.CreateVolumeQuery(),
                            CreateVolume.builder().name(name).sizeGB(size).build());
            service.show(volume, volume.id());
            return 0;
        }
    }

    @Command(aliases = "ls", description = "Show those there are.", mixinStandardHelpOptions = true)
    int list(@Mixin Service service) {
        try (var workspace = service.connect()) {
            service.showAll(
                    workspace.volumes(new VolumesApi.ListVolumesQuery()).toList(),
                    List.of("ID", "NAME", "STATE", "SIZE", "AGE"),
                    volume -> List.of(
                            volume.id(),
                            volume.name(),
                            volume.state(),
                            ProgressBar.amount(volume.size()),
                            Service.age(volume.createdAt())));
            return 0;
        }
    }

    @Command(description = "Make one larger.", mixinStandardHelpOptions = true)
    int resize(
            @Mixin Service service,
            @Parameters(index = "0", paramLabel = "VOLUME") String volume,
            @Parameters(index = "1", paramLabel = "GB") int size) {
        try (var workspace = service.connect()) {
            var resized = workspace
                    .api()
                    .volumes()
                    .resizeVolume(volume, ResizeVolume.builder().sizeGB(size).build());
            service.show(resized, resized.id());
            return 0;
        }
    }

    @Command(description = "Delete some, with all that is on them.", mixinStandardHelpOptions = true)
    int rm(
            @Mixin Service service,
            @Parameters(paramLabel = "VOLUME", arity = "1..*") List<String> volumes,
            @Option(
                            names = {"-f", "--force"},
                            description = "Those that sandboxes have, too")
                    boolean force) {
        try (var workspace = service.connect()) {
            var query = new VolumesApi.DeleteVolumeQuery().force(force);
            return service.each(volumes, volume -> workspace.api().volumes().deleteVolume(volume, query));
        }
    }
}
