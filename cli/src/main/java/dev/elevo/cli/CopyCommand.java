package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.SandboxFiles;
import dev.elevo.client.WorkspaceClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
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
        var target = CopyPath.of(paths.getLast());
        var sources =
                paths.subList(0, paths.size() - 1).stream().map(CopyPath::of).toList();
        try (var workspace = service.connect()) {
            for (var copy : copies(workspace, sources, target)) {
                copy.run();
            }
            return 0;
        }
    }

    /** What cannot be copied is said before anything is. */
    private List<Runnable> copies(WorkspaceClient workspace, List<CopyPath> sources, CopyPath target) {
        var copies = new ArrayList<Runnable>();
        var names = new HashSet<String>();
        for (var source : sources) {
            if (source instanceof CopyPath.Local(var from) && target instanceof CopyPath.Remote to) {
                mustBeNew(names, name(from));
                copies.add(upload(from, workspace, to.absolute(workspace), sources.size() > 1));
            } else if (source instanceof CopyPath.Remote from && target instanceof CopyPath.Local(var to)) {
                mustBeNew(names, from.name());
                copies.add(download(workspace, from.absolute(workspace), to, sources.size() > 1));
            } else {
                throw new CliException("one of both is in a sandbox, SANDBOX:PATH, and the other is not");
            }
        }
        return copies;
    }

    private static void mustBeNew(Set<String> names, String name) {
        if (!names.add(name)) {
            throw new CliException("two are named " + name + ", and one would replace the other");
        }
    }

    private static String name(Path path) {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    private Runnable upload(Path from, WorkspaceClient workspace, CopyPath.Remote to, boolean isOneOfSeveral) {
        if (!Files.exists(from)) {
            throw new CliException("no such file: " + from);
        }
        var files = files(workspace, to);
        var isInto = to.path().endsWith("/") || isDirectory(files, to.path()).orElse(false);
        mustBeDirectory(isInto || !isOneOfSeveral, to);
        var name = name(from);
        var place = isInto ? to.child(name) : to;
        return () -> {
            try (var bar = bar(name)) {
                if (Files.isDirectory(from)) {
                    files.uploadTree(from, place.path(), bar);
                } else {
                    files.upload(from, place.path(), bar);
                }
            }
        };
    }

    private Runnable download(WorkspaceClient workspace, CopyPath.Remote from, Path to, boolean isOneOfSeveral) {
        var files = files(workspace, from);
        var isTree = isDirectory(files, from.path()).orElseThrow(() -> new CliException("no such file: " + from));
        var isInto = Files.isDirectory(to);
        mustBeDirectory(isInto || !isOneOfSeveral, to);
        var place = isInto ? to.resolve(from.name()) : to;
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

    private static void mustBeDirectory(boolean isRight, Object target) {
        if (!isRight) {
            throw new CliException("several are copied into a directory, and " + target + " is none");
        }
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
