package dev.elevo.client;

import dev.elevo.client.model.FileInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A directory on its way out of a sandbox. What is in there is not to be trusted: whatever it was made of, nothing is written outside
 * of the directory it is fetched into, through no link that an earlier download has left there either.
 */
final class TreeDownload {
    private final SandboxFiles files;
    private final Progress progress;

    /** Of directories, in the order they were made. They are given in the other one: into some, nothing could be put any more. */
    private final LinkedHashMap<Path, Integer> modes = new LinkedHashMap<>();

    TreeDownload(SandboxFiles files, Progress progress) {
        this.files = files;
        this.progress = progress;
    }

    void fetch(String remote, Path local) {
        try {
            var root = files.stat(remote);
            var found = files.list(root.path(), -1);
            var total = found.stream()
                    .filter(TreeDownload::isFile)
                    .mapToLong(FileInfo::size)
                    .sum();
            if (Files.notExists(local)) {
                Files.createDirectories(local);
                modes.put(local, root.mode());
            }
            long done = 0;
            progress.at(0, total);
            for (var entry : found) {
                var relative = relative(root.path(), entry);
                if (entry.type().equals("dir")) {
                    modes.put(enter(local, relative), entry.mode());
                } else if (isFile(entry)) {
                    var before = done;
                    var place = enter(local, relative.getParent()).resolve(relative.getFileName());
                    files.replace(place, entry, (came, all) -> progress.at(before + came, total));
                    done += entry.size();
                } else if (entry.type().equals("symlink") && entry.symlinkTarget() != null) {
                    var place = enter(local, relative.getParent()).resolve(relative.getFileName());
                    Files.deleteIfExists(place);
                    Files.createSymbolicLink(place, Path.of(entry.symlinkTarget()));
                }
            }
            for (var directory : modes.reversed().entrySet()) {
                Permissions.give(directory.getKey(), directory.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFile(FileInfo entry) {
        return entry.type().equals("file");
    }

    private static Path relative(String root, FileInfo entry) throws IOException {
        var relative = Path.of(root).relativize(Path.of(entry.path()));
        if (relative.startsWith("..") || !relative.normalize().equals(relative)) {
            throw new IOException("not below " + root + ": " + entry.path());
        }
        return relative;
    }

    /** A directory below ours, made where there is none, in place of a link where there is one. */
    private static Path enter(Path local, @Nullable Path relative) throws IOException {
        var place = local;
        for (var name : Objects.requireNonNullElse(relative, Path.of(""))) {
            if (name.toString().isEmpty()) {
                continue;
            }
            place = place.resolve(name);
            if (Files.isSymbolicLink(place)) {
                Files.delete(place);
            }
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(place);
            }
        }
        return place;
    }
}
