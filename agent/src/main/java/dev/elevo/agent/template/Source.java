package dev.elevo.agent.template;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.FileTrees;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What a template is made from. */
sealed interface Source {

    Path path();

    /** Another one when there is something else to unpack. */
    String state() throws IOException;

    /**
     * Makes the tree.
     *
     * @param work for the directory {@code tree}, and whatever else it takes
     */
    Defaults unpack(Path work, Owners owners, Room room, ObjectMapper json) throws IOException;

    /** Copied, so that changing it changes no sandbox. */
    record Directory(Path path) implements Source {
        private static final Duration TIME = Duration.ofHours(1);

        @Override
        public String state() throws IOException {
            var sum = new CRC32();
            Walk.over(path, (file, attributes) -> {
                var line = path.relativize(file) + " " + attributes.size() + " " + attributes.lastModifiedTime();
                sum.update(line.getBytes(StandardCharsets.UTF_8));
            });
            return Long.toHexString(sum.getValue());
        }

        @Override
        public Defaults unpack(Path work, Owners owners, Room room, ObjectMapper json) throws IOException {
            var tree = work.resolve(Template.TREE);
            if (work.startsWith(path)) {
                throw new IOException("it holds the agent itself");
            }
            Command.run(
                    List.of("cp", "-a", "--one-file-system", "--reflink=auto", "--", path + "/.", tree.toString()),
                    work,
                    work.resolve("cp.log"),
                    TIME);
            Walk.over(tree, (file, attributes) -> {
                if (attributes.isOther()) {
                    throw new HostileArchiveException(tree.relativize(file) + " is a device or of an unknown kind");
                }
                if (owners.root() != 0) {
                    handOver(file, attributes, owners);
                }
            });
            return Defaults.NONE;
        }

        private static void handOver(Path file, BasicFileAttributes attributes, Owners owners) throws IOException {
            var held = Files.readAttributes(file, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
            if (held.get("uid") instanceof Integer user
                    && held.get("gid") instanceof Integer group
                    && held.get("mode") instanceof Integer mode) {
                owners.give(file, user, group);
                if (!attributes.isSymbolicLink()) {
                    Owners.mode(file, mode & 07777);
                }
            }
        }
    }

    /** An archive of {@code tar}, as it is or compressed by gzip or zstd. */
    record Tarball(Path path) implements Source {
        @Override
        public String state() throws IOException {
            return stateOf(path);
        }

        @Override
        public Defaults unpack(Path work, Owners owners, Room room, ObjectMapper json) throws IOException {
            try (var in = Compressed.open(path)) {
                new Tree(work.resolve(Template.TREE), owners, room).unpack(new TarReader(in));
            }
            return Defaults.NONE;
        }
    }

    /** A layout of the Open Container Initiative: a directory, or an archive of one. */
    record Image(Path path, @Nullable String tag) implements Source {
        @Override
        public String state() throws IOException {
            return stateOf(Files.isDirectory(path) ? path.resolve("index.json") : path);
        }

        @Override
        public Defaults unpack(Path work, Owners owners, Room room, ObjectMapper json) throws IOException {
            var tree = new Tree(work.resolve(Template.TREE), owners, room);
            if (Files.isDirectory(path)) {
                return new OciLayout(path, json).unpack(tree, tag);
            }
            var layout = work.resolve("layout");
            try (var in = Compressed.open(path)) {
                new Tree(layout, owners, room).unpack(new TarReader(in));
                return new OciLayout(layout, json).unpack(tree, tag);
            } finally {
                FileTrees.delete(layout);
            }
        }
    }

    private static String stateOf(Path file) throws IOException {
        return Files.size(file) + "-" + Files.getLastModifiedTime(file).toMillis();
    }
}
