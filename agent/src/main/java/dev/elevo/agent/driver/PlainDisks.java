package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories of the host's own file system, which ends all of them together. */
final class PlainDisks implements Disks {
    private static final Logger LOG = LoggerFactory.getLogger(PlainDisks.class);
    private static final Duration COPYING = Duration.ofMinutes(5);
    private static final int TRIES = 3;
    private static final List<String> FILES = List.of("upper", "upper-usr");
    private static final String SOURCE = "source";
    private static final String TARGET = "target";

    private final Rights rights;
    private final Path directory;
    private final Path checkpoints;
    private final Path helper;

    PlainDisks(Rights rights, Path directory, Path helper) throws IOException {
        this.rights = rights;
        this.directory = directory;
        this.helper = helper;
        this.checkpoints = Files.createDirectories(directory.resolve("trees"));
        Files.createDirectories(directory.resolve(SOURCE));
        Files.createDirectories(directory.resolve(TARGET));
    }

    @Override
    public boolean areLimited() {
        return false;
    }

    @Override
    public boolean isLimited(Slot slot) {
        return false;
    }

    @Override
    public Path layers(Slot slot) {
        return slot.directory();
    }

    @Override
    public List<String> options(Slot slot, Resources resources, int owner, @Nullable Checkpoint from)
            throws IOException {
        if (Disks.hasOldImage(slot)) {
            throw new IOException(
                    "slot " + slot.name() + " has its files on a disk of its own, which cannot be mounted here");
        }
        if (from != null && !isThere(slot)) {
            copy(tree(from), slot.directory());
        }
        for (var name : LAYERS) {
            var made = Files.createDirectories(slot.directory().resolve(name));
            Templates.mode(made, "rwxr-xr-x");
            Templates.own(made, owner);
        }
        return List.of();
    }

    static boolean isThere(Slot slot) {
        return Files.exists(slot.directory().resolve(LAYERS.getFirst()));
    }

    @Override
    public void require(Slot slot) throws IOException {
        if (!isThere(slot)) {
            throw new IOException("the files of slot " + slot.name() + " are not there");
        }
    }

    @Override
    public DiskUsage usage(Slot slot) throws IOException {
        return Disks.of(slot.directory());
    }

    /** Where every slot has users of its own the files of one are good for no other. */
    @Override
    public boolean haveCheckpoints() {
        return rights == Rights.NAMESPACE;
    }

    /** Nothing holds still meanwhile: what vanishes while it is copied is tried again, and then given up. */
    @Override
    public Checkpoint checkpoint(Slot slot, Optional<Path> writers) throws IOException {
        if (!haveCheckpoints()) {
            throw new IOException("the users in slot " + slot.name() + " are its own");
        }
        for (int left = TRIES - 1; ; left--) {
            var checkpoint = made();
            try {
                copy(slot.directory(), tree(checkpoint));
                return checkpoint;
            } catch (IOException e) {
                remove(checkpoint);
                if (left == 0) {
                    throw e;
                }
                LOG.info("slot {} is copied again: {}", slot.name(), e.getMessage());
            }
        }
    }

    @Override
    public Checkpoint blank(int gigabytes) throws IOException {
        var checkpoint = made();
        for (var name : FILES) {
            Templates.own(Files.createDirectory(tree(checkpoint).resolve(name)), IdRange.LENT.first());
        }
        return checkpoint;
    }

    private Checkpoint made() throws IOException {
        var checkpoint = new Checkpoint(UUID.randomUUID().toString(), 0);
        Files.createDirectory(tree(checkpoint));
        return checkpoint;
    }

    private Path tree(Checkpoint checkpoint) {
        return checkpoints.resolve(checkpoint.id());
    }

    /** Both are in the hands of a sandbox, or were: a directory may become a link to anywhere while it is copied. */
    private void copy(Path from, Path to) throws IOException {
        var words = new ArrayList<>(List.of(helper.toString(), "run", "--bind", from.toString(), SOURCE));
        words.addAll(List.of("--bind", to.toString(), TARGET));
        words.addAll(List.of("--", "cp", "-a", "--reflink=auto", "--one-file-system"));
        FILES.forEach(name -> words.add(SOURCE + "/" + name));
        words.add(TARGET + "/");
        var log = Files.createTempFile(directory, "copy", ".log");
        try {
            Command.run(words, directory, log, COPYING);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Override
    public Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException {
        var log = Files.createTempFile(directory, "open", ".log");
        try {
            var held = Held.open(helper, List.of("--bind", tree(checkpoint).toString(), SOURCE), directory, log);
            return new Mounted(
                    held, held.path(directory.resolve(SOURCE)), IdRange.LENT.first(), "user.overlay.", false);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Override
    public void remove(Checkpoint checkpoint) throws IOException {
        FileTrees.delete(tree(checkpoint));
    }

    @Override
    public void remove(Slot slot) {
        // All that it has is in its directory.
    }

    @Override
    public void sweep(List<Slot> kept) throws IOException {
        FileTrees.delete(checkpoints);
        Files.createDirectory(checkpoints);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
