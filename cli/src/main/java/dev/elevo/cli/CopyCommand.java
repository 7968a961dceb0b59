package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.SandboxFiles;
import dev.elevo.client.WorkspaceClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cp",
        description = "Copy a file or a directory into a sandbox or out of it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "SANDBOX:PATH is in a sandbox; a PATH that is not absolute begins in its working directory. A target that is a directory gets the source into it.",
            "Permissions and links are kept; owners and times are not."
        })
@SuppressWarnings("NullAway.Init") // picocli fills them
final class CopyCommand implements Callable<Integer> {
    private static final int FILE_NOT_FOUND = 3001;

    @Mixin
    private Service service;

    @Parameters(index = "0", paramLabel = "FROM", description = "PATH or SANDBOX:PATH")
    private String source;

    @Parameters(index = "1", paramLabel = "TO", description = "SANDBOX:PATH or PATH")
    private String target;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress")
    private boolean quiet;

    @Override
    public Integer call() {
        try (var workspace = service.connect()) {
            switch (new Way(CopyPath.of(source), CopyPath.of(target))) {
                case Way(CopyPath.Local(var from), CopyPath.Remote to) -> upload(from, workspace, to);
                case Way(CopyPath.Remote from, CopyPath.Local(var to)) -> download(workspace, from, to);
                case Way(var from, var to) ->
                    throw new CliException("one of both is in a sandbox, SANDBOX:PATH, and the other is not");
            }
            return 0;
        }
    }

    private record Way(CopyPath from, CopyPath to) {}

    private void upload(Path from, WorkspaceClient workspace, CopyPath.Remote to) {
        if (!Files.exists(from)) {
            throw new CliException("no such file: " + from);
        }
        var files = files(workspace, to);
        var name = from.toAbsolutePath().normalize().getFileName().toString();
        var place = absolute(workspace, to);
        if (to.path().endsWith("/") || isDirectory(files, place.path()).orElse(false)) {
            place = place.child(name);
        }
        try (var bar = bar(name)) {
            if (Files.isDirectory(from)) {
                files.uploadTree(from, place.path(), bar);
            } else {
                files.upload(from, place.path(), bar);
            }
        }
    }

    private void download(WorkspaceClient workspace, CopyPath.Remote from, Path to) {
        var files = files(workspace, from);
        var source = absolute(workspace, from);
        var isTree =
                isDirectory(files, source.path()).orElseThrow(() -> new CliException("no such file: " + this.source));
        var place = Files.isDirectory(to) ? to.resolve(source.name()) : to;
        try (var bar = bar(source.name())) {
            if (isTree) {
                files.downloadTree(source.path(), place, bar);
            } else {
                files.download(source.path(), place, bar);
            }
        }
    }

    private static SandboxFiles files(WorkspaceClient workspace, CopyPath.Remote place) {
        return workspace.sandbox(place.sandbox()).files();
    }

    private static CopyPath.Remote absolute(WorkspaceClient workspace, CopyPath.Remote place) {
        return place.path().startsWith("/")
                ? place
                : place.absolute(workspace.sandbox(place.sandbox()).info().workDir());
    }

    /** Empty where there is nothing. */
    private static Optional<Boolean> isDirectory(SandboxFiles files, String path) {
        try {
            return Optional.of(files.stat(path).type().equals("dir"));
        } catch (ApiException e) {
            if (e.code() == FILE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private ProgressBar bar(String name) {
        return new ProgressBar(name, !quiet && !service.isJson() && Tty.is(2));
    }
}
