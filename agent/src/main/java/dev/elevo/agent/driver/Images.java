package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disks as files, in a place where a copy shares the pages of the original, if this host has one or can be given one. Disks that
 * were made when it had none stay where they are.
 */
final class Images implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Images.class);
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final String SUFFIX = ".img";
    private static final String SLOTS = "slots";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path plain;
    private final @Nullable Pool pool;

    private Images(Path plain, @Nullable Pool pool) {
        this.plain = plain;
        this.pool = pool;
    }

    static Images open(Path directory, Path helper) throws IOException {
        var plain = Files.createDirectories(directory.resolve("images"));
        var images = new Images(plain, sharesPages(plain) ? null : pool(directory, helper));
        for (var home : images.homes()) {
            Files.createDirectories(home.resolve(SLOTS));
            Files.createDirectories(home.resolve(CHECKPOINTS));
        }
        return images;
    }

    private static boolean sharesPages(Path directory) throws IOException {
        var original = directory.resolve("original");
        var copy = directory.resolve("copy");
        var log = directory.resolve("copy.log");
        try {
            Files.writeString(original, "shared\n");
            Command.run(List.of("cp", "--reflink=always", original.toString(), copy.toString()), directory, log, TIME);
            return true;
        } catch (IOException notHere) {
            LOG.debug("files do not share their pages in {}: {}", directory, notHere.getMessage());
            return false;
        } finally {
            for (var file : List.of(original, copy, log)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static @Nullable Pool pool(Path directory, Path helper) {
        try {
            return Pool.open(directory, helper);
        } catch (IOException e) {
            LOG.warn("a copy of a disk takes the time that its data takes on this host: {}", e.getMessage());
            return null;
        }
    }

    private List<Path> homes() throws IOException {
        return pool == null ? List.of(plain) : List.of(pool.directory(), plain);
    }

    private Path home() throws IOException {
        return homes().getFirst();
    }

    Path blank(int gigabytes) throws IOException {
        return home().resolve("blank-" + gigabytes + SUFFIX);
    }

    /** Those of another version may be laid out in another way. */
    void forgetBlanks() throws IOException {
        for (var home : homes()) {
            try (var blanks = Files.newDirectoryStream(home, "blank-*")) {
                for (var blank : blanks) {
                    Files.delete(blank);
                }
            }
        }
    }

    Optional<Path> of(Slot slot) throws IOException {
        for (var home : homes()) {
            var image = home.resolve(SLOTS).resolve(slot.name() + SUFFIX);
            if (Files.exists(image)) {
                return Optional.of(image);
            }
        }
        return Optional.empty();
    }

    /** Where the image of a slot will be that has none. */
    Path place(Slot slot) throws IOException {
        return home().resolve(SLOTS).resolve(slot.name() + SUFFIX);
    }

    Path of(Checkpoint checkpoint) throws IOException {
        return home().resolve(CHECKPOINTS).resolve(checkpoint.id() + SUFFIX);
    }

    /** Cheap, however much is in it. */
    void remove(Slot slot) throws IOException {
        for (var home : homes()) {
            Files.deleteIfExists(home.resolve(SLOTS).resolve(slot.name() + SUFFIX));
        }
    }

    /** What no slot of these names has, and every checkpoint. */
    void sweep(Set<String> slots) throws IOException {
        for (var home : homes()) {
            for (var image : in(home.resolve(SLOTS))) {
                var name = image.getFileName().toString();
                if (!name.endsWith(SUFFIX) || !slots.contains(name.substring(0, name.length() - SUFFIX.length()))) {
                    Files.delete(image);
                }
            }
            for (var checkpoint : in(home.resolve(CHECKPOINTS))) {
                Files.delete(checkpoint);
            }
        }
    }

    private static List<Path> in(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            var all = new ArrayList<Path>();
            files.forEach(all::add);
            return all;
        }
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
