package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system of its own for every sandbox, in a file, mounted by the helper where only the sandbox sees it. None is ever
 * formatted for a sandbox: it begins as a copy of a blank one of its size, or of a checkpoint. On it are the users that all
 * sandboxes have inside, which its mount makes into those of its slot.
 */
final class LoopDisks implements Disks {
    private static final Logger LOG = LoggerFactory.getLogger(LoopDisks.class);
    private static final Duration TIME = Duration.ofSeconds(30);
    /** Where no pages are shared all data is copied, and a large disk takes its time. */
    private static final Duration COPYING = Duration.ofMinutes(2);

    private static final String MOUNTED = "disk";
    private static final int GIGABYTE = 30;

    private final Path directory;
    private final Path mountPoint;
    private final Path helper;
    private final Images images;
    private final PlainDisks plain;

    private LoopDisks(Path directory, Path helper, Images images, PlainDisks plain) throws IOException {
        this.directory = directory;
        this.mountPoint = Files.createDirectories(directory.resolve("mounted"));
        this.helper = helper;
        this.images = images;
        this.plain = plain;
    }

    /** Where a trial fails there are plain directories, which {@code enforced} tells. */
    static Disks orPlain(Path directory, Path helper, Slot trial) throws IOException {
        Files.createDirectories(directory);
        var plain = new PlainDisks(Rights.ROOT, directory, helper);
        var images = Images.open(directory, helper);
        images.forgetBlanks();
        var disks = new LoopDisks(directory, helper, images, plain);
        try {
            disks.tryOut(trial);
            return disks;
        } catch (IOException e) {
            LOG.warn("the disks of sandboxes have no limit on this host: {}", e.getMessage());
            images.close();
            return plain;
        } finally {
            FileTrees.deleteOurs(trial.directory());
            Files.deleteIfExists(trial.helperSocket());
        }
    }

    private void tryOut(Slot trial) throws IOException {
        FileTrees.deleteOurs(trial.directory());
        images.remove(trial);
        Files.createDirectories(trial.directory());
        var words = new ArrayList<>(
                List.of(helper.toString(), "listen", trial.helperSocket().toString(), "--die-with-parent"));
        words.addAll(Rights.ROOT.mountOptions(trial));
        words.addAll(options(trial, Resources.DEFAULT, trial.ids().first(), null));
        words.addAll(List.of("--", "true"));
        try {
            Command.run(words, trial.directory(), trial.log(), TIME);
        } finally {
            images.remove(trial);
        }
    }

    @Override
    public boolean areLimited() {
        return true;
    }

    @Override
    public boolean isLimited(Slot slot) {
        return !isPlain(slot);
    }

    @Override
    public Path layers(Slot slot) {
        return isPlain(slot) ? plain.layers(slot) : slot.directory().resolve(MOUNTED);
    }

    /** It was made by an agent that had nothing else. */
    private static boolean isPlain(Slot slot) {
        return !Disks.hasOldImage(slot) && PlainDisks.isThere(slot);
    }

    @Override
    public void require(Slot slot) throws IOException {
        if (!isPlain(slot) && !Disks.hasOldImage(slot) && images.of(slot).isEmpty()) {
            throw new IOException("the disk of slot " + slot.name() + " is not there");
        }
    }

    @Override
    public List<String> options(Slot slot, Resources resources, int owner, @Nullable Checkpoint from)
            throws IOException {
        if (isPlain(slot)) {
            return plain.options(slot, resources, owner, null);
        }
        Files.createDirectories(layers(slot));
        // The place it is mounted on is named from the slot, so that nothing inside tells where on the host it is.
        var words = new ArrayList<>(disk(slot, Disks.gigabytes(resources), from));
        for (var name : LAYERS) {
            words.addAll(List.of("--directory", MOUNTED + "/" + name, Integer.toString(owner)));
        }
        return words;
    }

    private List<String> disk(Slot slot, int gigabytes, @Nullable Checkpoint from) throws IOException {
        if (Disks.hasOldImage(slot)) {
            var image = Disks.oldImage(slot).toString();
            return List.of("--disk", image, image, MOUNTED);
        }
        var image = images.of(slot);
        if (image.isEmpty() && from != null && from.gigabytes() < gigabytes) {
            grow(from, images.place(slot), gigabytes);
            image = images.of(slot);
        } else if (image.isEmpty() && from != null && from.once()) {
            image = Optional.of(Files.move(images.of(from), images.place(slot), StandardCopyOption.ATOMIC_MOVE));
        }
        var original = from == null ? blankImage(gigabytes) : images.of(from);
        return List.of(
                "--shifted-disk",
                original.toString(),
                image.isPresent() ? image.get().toString() : images.place(slot).toString(),
                MOUNTED);
    }

    /** A file system can become larger at leisure, while nobody has it mounted. */
    private void grow(Checkpoint from, Path image, int gigabytes) throws IOException {
        var part = image.resolveSibling(image.getFileName() + ".part");
        var log = log("grow");
        try {
            Command.run(
                    List.of(helper.toString(), "copy", images.of(from).toString(), part.toString()),
                    directory,
                    log,
                    COPYING);
            try (var file = new RandomAccessFile(part.toFile(), "rw")) {
                file.setLength((long) gigabytes << GIGABYTE);
            }
            Command.run(List.of("resize2fs", "-f", part.toString()), directory, log, TIME);
            Files.move(part, image, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
            Files.deleteIfExists(log);
        }
    }

    /** All that is written of it are some pages at its beginning. */
    private synchronized Path blankImage(int gigabytes) throws IOException {
        var blank = images.blank(gigabytes);
        if (Files.exists(blank)) {
            return blank;
        }
        var part = blank.resolveSibling("blank-new");
        Files.deleteIfExists(part);
        Command.run(
                List.of(
                        "mkfs.ext4",
                        "-q",
                        "-F",
                        "-m0",
                        // Without a journal: docs/decisions/0016 tells why.
                        "-O",
                        "^has_journal,^resize_inode,sparse_super2",
                        "-E",
                        "lazy_itable_init=1,nodiscard,packed_meta_blocks=1,root_owner=0:0",
                        part.toString(),
                        gigabytes + "G"),
                directory,
                directory.resolve("mkfs.log"),
                TIME);
        return Files.move(part, blank, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What is mounted is seen through the sandbox's first process only. */
    @Override
    public DiskUsage usage(Slot slot) throws IOException {
        if (!isLimited(slot)) {
            return plain.usage(slot);
        }
        var first = ProcessId.read(slot.pidFile())
                .filter(ProcessId::alive)
                .orElseThrow(() -> new IOException("slot " + slot.name() + " does not run"));
        return Disks.of(Path.of("/proc", Long.toString(first.pid()), "root"));
    }

    Path image(Slot slot) throws IOException {
        return images.of(slot)
                .orElseThrow(() -> new IOException("slot " + slot.name() + " has no disk that others can begin with"));
    }

    @Override
    public boolean haveCheckpoints() {
        return true;
    }

    /** The note is there as long as the disk may be frozen: whoever finds it thaws. */
    @Override
    public Checkpoint checkpoint(Slot slot, Optional<Path> writers) throws IOException {
        var image = image(slot);
        var checkpoint = made((int) (Files.size(image) >> GIGABYTE));
        var copy = images.of(checkpoint);
        var log = log(checkpoint.id());
        Files.writeString(frozenNote(slot), "");
        try {
            Command.run(
                    List.of(
                            helper.toString(),
                            "checkpoint",
                            image.toString(),
                            copy.toString(),
                            mountPoint.toString(),
                            writers.map(Path::toString).orElse("")),
                    directory,
                    log,
                    COPYING);
            Files.delete(frozenNote(slot));
            LOG.debug("slot {} stood still for {} µs", slot.name(), Command.said(log));
            return checkpoint;
        } catch (IOException e) {
            undo(slot, copy, e);
            throw e;
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private void undo(Slot slot, Path copy, IOException cause) {
        try {
            thaw(slot);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        dropHalfMade(copy, cause);
    }

    private static void dropHalfMade(Path copy, IOException cause) {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(copy.resolveSibling(copy.getFileName() + ".new"));
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void thaw(Slot slot) throws IOException {
        var log = log(slot.name());
        try {
            var words = List.of(helper.toString(), "thaw", image(slot).toString(), mountPoint.toString());
            Command.run(words, directory, log, TIME);
            Files.deleteIfExists(frozenNote(slot));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static Path frozenNote(Slot slot) {
        return slot.directory().resolve("frozen");
    }

    private static Checkpoint made(int gigabytes) {
        return new Checkpoint(UUID.randomUUID().toString(), gigabytes);
    }

    private Path log(String name) throws IOException {
        return Files.createTempFile(directory, name, ".log");
    }

    @Override
    public Checkpoint blank(int gigabytes) throws IOException {
        var checkpoint = made(gigabytes);
        try {
            copyBlank(gigabytes, checkpoint);
            try (var mounted = open(checkpoint, Mounted.Access.WRITE)) {
                for (var name : LAYERS) {
                    Templates.mode(Files.createDirectory(mounted.root().resolve(name)), "rwxr-xr-x");
                }
            }
            return checkpoint;
        } catch (IOException e) {
            dropHalfMade(images.of(checkpoint), e);
            throw e;
        }
    }

    private void copyBlank(int gigabytes, Checkpoint checkpoint) throws IOException {
        var log = log(checkpoint.id());
        try {
            Command.run(
                    List.of(
                            helper.toString(),
                            "copy",
                            blankImage(gigabytes).toString(),
                            images.of(checkpoint).toString()),
                    directory,
                    log,
                    TIME);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Override
    public Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException {
        var log = log(checkpoint.id());
        try {
            var held = Held.open(
                    helper,
                    List.of("--open-disk", images.of(checkpoint).toString(), mountPoint.toString(), access.option()),
                    directory,
                    log);
            return new Mounted(held, held.path(mountPoint), 0, "trusted.overlay.", access == Mounted.Access.READ);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Override
    public void remove(Checkpoint checkpoint) throws IOException {
        Files.deleteIfExists(images.of(checkpoint));
    }

    @Override
    public void remove(Slot slot) throws IOException {
        images.remove(slot);
    }

    @Override
    public void sweep(List<Slot> kept) throws IOException {
        for (var slot : kept) {
            if (Files.exists(frozenNote(slot))) {
                thaw(slot);
            }
        }
        images.sweep(kept.stream().map(Slot::name).collect(Collectors.toSet()));
        plain.sweep(kept);
    }

    @Override
    public void close() {
        images.close();
    }
}
