package dev.elevo.agent.driver;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The places of a machine that is one sandbox where its user may write, and so all that is his. The agent comes there as root: it follows
 * no link of his.
 */
@Singleton
public final class Workspace {
    private static final Path HOME = Path.of("/home/user");
    private static final List<Path> USUAL = List.of(HOME, Path.of("/tmp"), Path.of("/var/tmp"));

    /** Beneath these is the system, or the agent, or nothing that lasts. */
    private static final Set<String> SYSTEM = Set.of(
            "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "opt", "proc", "root", "run", "sbin", "sys",
            "tmp", "usr", "var");

    /** Whether a user's files can be there. */
    public boolean mayHold(Path directory) {
        return directory.isAbsolute()
                && directory.equals(directory.normalize())
                && directory.getNameCount() > 0
                && (USUAL.stream().anyMatch(directory::startsWith)
                        || !SYSTEM.contains(directory.getName(0).toString()));
    }

    /** The directories that hold all his files, none of them in another. */
    public List<Path> roots(Path workDir) {
        var roots = new ArrayList<>(USUAL);
        if (USUAL.stream().noneMatch(workDir::startsWith)) {
            roots.add(workDir);
        }
        return List.copyOf(roots);
    }

    void require() throws IOException {
        if (!Files.isDirectory(HOME, LinkOption.NOFOLLOW_LINKS) || !isOfUser(HOME)) {
            throw new IOException("there is no " + HOME + " of the user " + Templates.USER);
        }
    }

    /** For the user, while nothing of his runs. Whatever of the path is there stays whose it is. */
    void makePlace(Path directory) throws IOException {
        var missing = new ArrayList<Path>();
        var at = directory;
        while (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
            missing.addFirst(at);
            at = Objects.requireNonNull(at.getParent(), "the root is there");
        }
        if (!at.toRealPath().equals(at)) {
            throw new IOException("a link is in the way to " + directory);
        }
        for (var each : missing) {
            Files.createDirectory(each);
            Templates.own(each, Templates.USER);
            Templates.mode(each, "rwxr-xr-x");
        }
    }

    /** Removes what is his, so that nothing of a sandbox is left for another one here. */
    void clear() throws IOException {
        var his = new ArrayList<Path>();
        for (var root : USUAL) {
            try (var children = Files.newDirectoryStream(root)) {
                for (var child : children) {
                    if (isOfUser(child)) {
                        his.add(child);
                    }
                }
            }
        }
        if (!his.isEmpty()) {
            FileTrees.delete(his);
        }
    }

    private static boolean isOfUser(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                    .equals(Templates.USER);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }
}
