package dev.elevo.agent.template;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tree that archives are unpacked into. Whoever made them may mean harm, and we are root: every name is followed link by link as
 * it would be followed inside, so that nothing is ever written elsewhere. Nobody else writes here meanwhile.
 */
final class Tree {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String NOTES_OF_OTHERS = ".wh..wh.";
    private static final int MOST_LINKS = 40;
    private static final int MOST_ENTRIES = 4_000_000;
    private static final int MOST_NAME = 4096;
    private static final int BUFFER = 1 << 16;
    private static final int PERIOD_BYTES = 1 << 26;

    private final Path root;
    private final Owners owners;
    private final Room room;
    private final byte[] buffer = new byte[BUFFER];
    private int entries;
    private long writtenSinceLook;

    Tree(Path root, Owners owners, Room room) throws IOException {
        this.root = root;
        this.owners = owners;
        this.room = room;
        makeDirectory(root);
    }

    /** A tree of its own. */
    void unpack(TarReader archive) throws IOException {
        for (var entry = archive.next(); entry.isPresent(); entry = archive.next()) {
            add(entry.get(), archive);
        }
    }

    /** A change of what is there: some names stand for what it takes away. */
    void apply(TarReader layer) throws IOException {
        var ofThisLayer = new HashSet<Path>();
        for (var entry = layer.next(); entry.isPresent(); entry = layer.next()) {
            var names = names(entry.get().name());
            var last = names.isEmpty() ? "" : names.getLast();
            if (last.equals(OPAQUE)) {
                empty(resolve(names.subList(0, names.size() - 1)), ofThisLayer);
            } else if (last.startsWith(WHITEOUT) && !last.startsWith(NOTES_OF_OTHERS)) {
                takeAway(names, last.substring(WHITEOUT.length()), ofThisLayer);
            } else if (!last.startsWith(WHITEOUT)) {
                add(entry.get(), layer).ifPresent(made -> remember(made, ofThisLayer));
            }
        }
    }

    private void remember(Path made, Set<Path> ofThisLayer) {
        for (var path = made; !path.equals(root) && ofThisLayer.add(path); path = above(path)) {}
    }

    private void takeAway(List<String> names, String name, Set<Path> ofThisLayer) throws IOException {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new HostileArchiveException("a whiteout of \"" + name + "\"");
        }
        var directory = resolve(names.subList(0, names.size() - 1));
        var gone = directory.resolve(name);
        if (!ofThisLayer.contains(gone)) {
            delete(gone);
        }
    }

    /** Of what was there before; a layer's own files may come before this. */
    private static void empty(Path directory, Set<Path> ofThisLayer) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var children = Files.list(directory)) {
            for (var child : children.toList()) {
                if (!ofThisLayer.contains(child)) {
                    delete(child);
                } else {
                    empty(child, ofThisLayer);
                }
            }
        }
    }

    private Optional<Path> add(TarEntry entry, TarReader archive) throws IOException {
        if (++entries > MOST_ENTRIES) {
            throw new HostileArchiveException("more than " + MOST_ENTRIES + " entries");
        }
        var names = names(entry.name());
        if (names.isEmpty()) {
            if (entry.kind() != TarEntry.Kind.DIRECTORY) {
                throw new HostileArchiveException("\"" + entry.name() + "\" is no name of a file");
            }
            settle(root, entry);
            return Optional.empty();
        }
        var path = resolve(names.subList(0, names.size() - 1)).resolve(names.getLast());
        switch (entry.kind()) {
            case DIRECTORY -> directory(path, entry);
            case FILE -> file(path, entry, archive);
            case SYMBOLIC_LINK -> symbolicLink(path, entry);
            case HARD_LINK -> hardLink(path, entry);
            case OTHER -> throw new HostileArchiveException(entry.name() + " is a device or of an unknown kind");
        }
        return Optional.of(path);
    }

    private void directory(Path path, TarEntry entry) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            delete(path);
            Files.createDirectory(path);
        }
        settle(path, entry);
    }

    private void file(Path path, TarEntry entry, TarReader archive) throws IOException {
        delete(path);
        try (var out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = archive.read(buffer); read >= 0; read = archive.read(buffer)) {
                out.write(buffer, 0, read);
                look(read);
            }
        }
        settle(path, entry);
        Files.setLastModifiedTime(path, FileTime.from(entry.modifiedSeconds(), TimeUnit.SECONDS));
    }

    /** An archive of some bytes can hold a file of many gigabytes. */
    private void look(int written) throws IOException {
        writtenSinceLook += written;
        if (writtenSinceLook > PERIOD_BYTES) {
            writtenSinceLook = 0;
            if (!room.isThere()) {
                throw new IOException("the host's disk is nearly full");
            }
        }
    }

    /** Wherever it leads: it is followed by us as inside, and by what is inside there only. */
    private void symbolicLink(Path path, TarEntry entry) throws IOException {
        if (entry.linked().isEmpty() || entry.linked().length() > MOST_NAME) {
            throw new HostileArchiveException(entry.name() + " leads to no name");
        }
        delete(path);
        Files.createSymbolicLink(path, Path.of(entry.linked()));
        owners.give(path, entry.user(), entry.group());
    }

    private void hardLink(Path path, TarEntry entry) throws IOException {
        var names = names(entry.linked());
        if (names.isEmpty()) {
            throw new HostileArchiveException(entry.name() + " is a link to no file");
        }
        var target = resolve(names.subList(0, names.size() - 1)).resolve(names.getLast());
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(target)) {
            throw new HostileArchiveException(
                    entry.name() + " is a link to \"" + entry.linked() + "\", which is no file");
        }
        if (!path.equals(target)) {
            delete(path);
            Files.createLink(path, target);
        }
    }

    private void settle(Path path, TarEntry entry) throws IOException {
        owners.give(path, entry.user(), entry.group());
        Owners.mode(path, entry.mode());
    }

    private void makeDirectory(Path path) throws IOException {
        Files.createDirectory(path);
        owners.give(path, 0, 0);
        Owners.mode(path, 0755);
    }

    /** None for the tree itself. */
    private static List<String> names(String name) throws HostileArchiveException {
        if (name.startsWith("/") || name.length() > MOST_NAME) {
            throw new HostileArchiveException("\"" + name + "\" is an absolute path, or too long");
        }
        var names = Arrays.stream(name.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (names.contains("..")) {
            throw new HostileArchiveException("\"" + name + "\" leads out");
        }
        return names;
    }

    /** A directory, as it would be found from inside; what is not there is made. */
    private Path resolve(List<String> names) throws IOException {
        var left = new ArrayDeque<>(names);
        var links = 0;
        var at = root;
        while (!left.isEmpty()) {
            var name = left.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (at.equals(root)) {
                    throw new HostileArchiveException("a link on the way to " + String.join("/", names) + " leads out");
                }
                at = above(at);
                continue;
            }
            var next = at.resolve(name);
            var found = attributes(next);
            if (found.isEmpty()) {
                makeDirectory(next);
                at = next;
            } else if (found.get().isDirectory()) {
                at = next;
            } else if (found.get().isSymbolicLink() && ++links <= MOST_LINKS) {
                var target = Files.readSymbolicLink(next).toString();
                at = target.startsWith("/") ? root : at;
                Arrays.asList(target.split("/", -1)).reversed().forEach(left::push);
            } else {
                throw new HostileArchiveException(root.relativize(next) + " is no directory, but has files");
            }
        }
        return at;
    }

    /** Of what is in the tree. */
    private static Path above(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static void delete(Path path) throws IOException {
        var found = attributes(path);
        if (found.isEmpty()) {
            return;
        }
        if (!found.get().isDirectory()) {
            Files.delete(path);
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
