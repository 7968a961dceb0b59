package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.SandboxFiles;
import dev.elevo.client.WorkspaceClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec spec;

    /** Options may stand between them: each row of them is counted for itself. */
    @Parameters(
            arity = "1..*",
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
        if (paths.size() < 2) {
            throw new ParameterException(spec.commandLine(), "Whereto?");
        }
        var sources =
                paths.subList(0, paths.size() - 1).stream().map(CopyPath::of).toList();
        try (var workspace = service.connect()) {
            var copies = switch (CopyPath.of(paths.getLast())) {
                case CopyPath.Remote to -> uploads(workspace, sources, to.absolute(workspace));
                case CopyPath.Local(var to) -> downloads(workspace, sources, to);
            };
            copies.forEach(Runnable::run);
            return 0;
        }
    }

    /** What cannot be copied is said before anything is; so with {@link #downloads}. */
    private List<Runnable> uploads(WorkspaceClient workspace, List<CopyPath> sources, CopyPath.Remote target) {
        var from = only(CopyPath.Local.class, sources).map(CopyPath.Local::path).toList();
        var files = files(workspace, target);
        var isInto =
                target.path().endsWith("/") || isDirectory(files, target.path()).orElse(false);
        mustFit(from.stream().map(CopyCommand::name).toList(), isInto, target);
        return from.stream()
                .map(path -> upload(path, files, isInto ? target.child(name(path)) : target))
                .toList();
    }

    private Runnable upload(Path from, SandboxFiles files, CopyPath.Remote place) {
        if (!Files.exists(from)) {
            throw new CliException("no such file: " + from);
        }
        return () -> {
            try (var bar = bar(name(from))) {
                if (Files.isDirectory(from)) {
                    files.uploadTree(from, place.path(), bar);
                } else {
                    files.upload(from, place.path(), bar);
                }
            }
        };
    }

    private List<Runnable> downloads(WorkspaceClient workspace, List<CopyPath> sources, Path target) {
        var from = only(CopyPath.Remote.class, sources)
                .map(path -> path.absolute(workspace))
                .toList();
        var isInto = Files.isDirectory(target);
        mustFit(from.stream().map(CopyPath.Remote::name).toList(), isInto, target);
        return from.stream()
                .map(path -> download(workspace, path, isInto ? target.resolve(path.name()) : target))
                .toList();
    }

    private Runnable download(WorkspaceClient workspace, CopyPath.Remote from, Path place) {
        var files = files(workspace, from);
        var isTree = isDirectory(files, from.path()).orElseThrow(() -> new CliException("no such file: " + from));
        return () -> {
            try (var bar = bar(from.name())) {
                if (isTree) {
                    files.downloadTree(from.path(), place, bar);
                } else {
                    files.download(from.path(), place, bar);
                }
            }
        };
    }

    private static <T extends CopyPath> Stream<T> only(Class<T> side, List<CopyPath> paths) {
        if (!paths.stream().allMatch(side::isInstance)) {
            throw new CliException("one of both is in a sandbox, SANDBOX:PATH, and the other is not");
        }
        return paths.stream().map(side::cast);
    }

    private static void mustFit(List<String> names, boolean isInto, Object target) {
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                throw new CliException("two are named " + name + ", and one would replace the other");
            }
        }
        if (names.size() > 1 && !isInto) {
            throw new CliException("several are copied into a directory, and " + target + " is none");
        }
    }

    private static String name(Path path) {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    private static SandboxFiles files(WorkspaceClient workspace, CopyPath.Remote place) {
        return workspace.sandbox(place.sandbox()).files();
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
