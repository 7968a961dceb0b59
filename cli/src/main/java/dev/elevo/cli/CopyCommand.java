package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.SandboxFiles;
import dev.elevo.client.WorkspaceClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cp",
        description = "Copy files and directories into a sandbox or out of it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "SANDBOX:PATH is in a sandbox; a PATH that is not absolute begins in its working directory. A target that is a directory gets the source into it; for several sources it has to be one.",
            "Permissions and links are kept; owners and times are not."
        })
@SuppressWarnings("NullAway.Init") // picocli fills them
final class CopyCommand implements Callable<Integer> {
    private static final int FILE_NOT_FOUND = 3001;

    @Mixin
    private Service service;

    @Parameters(
            arity = "2..*",
            paramLabel = "FROM... TO",
            hideParamSyntax = true,
            description = "PATHs and SANDBOX:PATH, or SANDBOX:PATHs and PATH")
    private List<String> paths;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress")
    private boolean quiet;

    @Override
    public Integer call() {
        var target = CopyPath.of(paths.getLast());
        var ways = paths.subList(0, paths.size() - 1).stream()
                .map(source -> way(CopyPath.of(source), target))
                .toList();
        try (var workspace = service.connect()) {
            if (ways.size() > 1) {
                mustBeDirectory(workspace, target);
            }
            for (var way : ways) {
                switch (way) {
                    case Up(var from, var to) -> upload(from, workspace, to);
                    case Down(var from, var to) -> download(workspace, from, to);
                }
            }
            return 0;
        }
    }

    private sealed interface Way {}

    private record Up(Path from, CopyPath.Remote to) implements Way {}

    private record Down(CopyPath.Remote from, Path to) implements Way {}

    /** What cannot be copied is said before anything is. */
    private static Way way(CopyPath source, CopyPath target) {
        if (source instanceof CopyPath.Local(var from) && target instanceof CopyPath.Remote to) {
            if (!Files.exists(from)) {
                throw new CliException("no such file: " + from);
            }
            return new Up(from, to);
        }
        if (source instanceof CopyPath.Remote from && target instanceof CopyPath.Local(var to)) {
            return new Down(from, to);
        }
        throw new CliException("one of both is in a sandbox, SANDBOX:PATH, and the other is not");
    }

    private static void mustBeDirectory(WorkspaceClient workspace, CopyPath target) {
        var isDirectory = switch (target) {
            case CopyPath.Local(var to) -> Files.isDirectory(to);
            case CopyPath.Remote to -> isDirectory(workspace, to.absolute(workspace));
        };
        if (!isDirectory) {
            throw new CliException("several are copied into a directory, and there is none: " + target);
        }
    }

    private void upload(Path from, WorkspaceClient workspace, CopyPath.Remote to) {
        var files = files(workspace, to);
        var name = from.toAbsolutePath().normalize().getFileName().toString();
        var place = to.absolute(workspace);
        if (isDirectory(workspace, place)) {
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
        var source = from.absolute(workspace);
        var isTree = isDirectory(files, source.path()).orElseThrow(() -> new CliException("no such file: " + from));
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

    /** Or would be one: a path that ends with a slash. */
    private static boolean isDirectory(WorkspaceClient workspace, CopyPath.Remote place) {
        return place.path().endsWith("/")
                || isDirectory(files(workspace, place), place.path()).orElse(false);
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
