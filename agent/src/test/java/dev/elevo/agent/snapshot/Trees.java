package dev.elevo.agent.snapshot;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells in words what a tree is, bit for bit, in a way of its own: trees with the same words are the same. */
final class Trees {
    private Trees() {}

    /** By path: kind, mode, owner, times, links, content, holes and attributes. */
    static Map<String, String> describe(ArchiveLibrary library, Path root) throws IOException {
        var words = new TreeMap<String, String>();
        var inodes = new HashMap<Object, String>();
        var paths = new ArrayList<Path>();
        try (var found = Files.walk(root)) {
            found.filter(path -> !path.equals(root)).forEach(paths::add);
        }
        // By names, not by the order of the directory: which of two links comes first must not matter.
        paths.sort((one, other) -> name(root, one).compareTo(name(root, other)));
        for (var path : paths) {
            words.put(name(root, path), describe(root, path, inodes));
        }
        describeAttributes(library, root, words);
        return words;
    }

    private static String describe(Path root, Path path, Map<Object, String> inodes) throws IOException {
        var unix = Files.readAttributes(path, "unix:*", NOFOLLOW_LINKS);
        var isDirectory = Files.isDirectory(path, NOFOLLOW_LINKS);
        var parts = new ArrayList<Object>(List.of(
                "mode", unix.get("mode"), "owner", unix.get("uid"), unix.get("gid"), unix.get("lastModifiedTime")));
        if (!isDirectory) {
            parts.addAll(List.of("links", unix.get("nlink"), "device", unix.get("rdev")));
            parts.add("first " + inodes.computeIfAbsent(unix.get("ino"), ino -> name(root, path)));
        }
        if (Files.isSymbolicLink(path)) {
            parts.add("leads to " + spelled(Files.readSymbolicLink(path)));
        } else if (Files.isRegularFile(path, NOFOLLOW_LINKS)) {
            parts.add("content " + hash(path));
        }
        return parts.toString();
    }

    private static String hash(Path file) throws IOException {
        var digest = Manifest.digest();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A URI spells the bytes that are no text. */
    private static String name(Path root, Path path) {
        return spelled(root.relativize(path));
    }

    private static String spelled(Path path) {
        return Path.of("/").resolve(path).toUri().getRawPath();
    }

    private static void describeAttributes(ArchiveLibrary library, Path root, Map<String, String> words)
            throws IOException {
        var path = new TreePath();
        try (var walk = new TreeWalk(library, root, false)) {
            for (var entry = walk.next(); entry.event() != Entry.END; entry = walk.next()) {
                if (entry.event() == Entry.LEAVE) {
                    path.leave();
                    continue;
                }
                words.put(
                        "attributes of " + Bytes.text(path.resolve(entry.name())),
                        HexFormat.of().formatHex(walk.attributes()));
                if (entry.event() == Entry.ENTER) {
                    path.enter(entry.name());
                }
            }
        }
    }
}
