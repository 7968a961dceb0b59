package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file system of its own for every sandbox, in a sparse file of its slot, mounted by the helper where only the sandbox sees it.
 * None is ever formatted for a sandbox: it begins as a copy of a blank one of its size.
 */
final class LoopDisks implements Disks {
    private static final Logger LOG = LoggerFactory.getLogger(LoopDisks.class);
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final String MOUNTED = "disk";

    private final Path blanks;
    private final Disks plain = new PlainDisks();

    private LoopDisks(Path blanks) {
        this.blanks = blanks;
    }

    /** Where a trial fails there are plain directories, which {@code enforced} tells. */
    static Disks orPlain(Path blanks, Path helper, Slot trial) throws IOException {
        FileTrees.deleteOurs(blanks); // those of another version may be laid out in another way
        Files.createDirectories(blanks);
        var disks = new LoopDisks(blanks);
        try {
            disks.tryOut(helper, trial);
            return disks;
        } catch (IOException e) {
            LOG.warn("the disks of sandboxes have no limit on this host: {}", e.getMessage());
            return disks.plain;
        } finally {
            FileTrees.deleteOurs(trial.directory());
            Files.deleteIfExists(trial.helperSocket());
        }
    }

    private void tryOut(Path helper, Slot trial) throws IOException {
        FileTrees.deleteOurs(trial.directory());
        Files.createDirectories(trial.directory());
        var words = new ArrayList<>(
                List.of(helper.toString(), "listen", trial.helperSocket().toString(), "--die-with-parent"));
        words.addAll(options(trial, Resources.DEFAULT, 0));
        words.addAll(List.of("--", "true"));
        Command.run(words, trial.directory(), trial.log(), TIME);
    }

    @Override
    public boolean areLimited() {
        return true;
    }

    @Override
    public boolean isLimited(Slot slot) {
        return Disks.hasImage(slot);
    }

    @Override
    public Path layers(Slot slot) {
        return isPlain(slot) ? plain.layers(slot) : slot.directory().resolve(MOUNTED);
    }

    /** It was made by an agent that had nothing else. */
    private static boolean isPlain(Slot slot) {
        return !Disks.hasImage(slot) && Files.exists(slot.directory().resolve(LAYERS.getFirst()));
    }

    @Override
    public List<String> options(Slot slot, Resources resources, int owner) throws IOException {
        if (isPlain(slot)) {
            return plain.options(slot, resources, owner);
        }
        Files.createDirectories(layers(slot));
        // The socket's place and the layers are named from the slot, so that nothing inside tells where on the host
        // they are.
        var words = new ArrayList<>(List.of(
                "--disk",
                blank(gigabytes(resources)).toString(),
                Disks.image(slot).getFileName().toString(),
                MOUNTED));
        for (var name : LAYERS) {
            words.addAll(List.of("--directory", MOUNTED + "/" + name, Integer.toString(owner)));
        }
        return words;
    }

    static int gigabytes(Resources resources) {
        return Objects.requireNonNullElse(resources.disk(), Objects.requireNonNull(Resources.DEFAULT.disk()));
    }

    /** All that is written of it are some pages at its beginning. */
    private synchronized Path blank(int gigabytes) throws IOException {
        var blank = blanks.resolve(gigabytes + ".img");
        if (Files.exists(blank)) {
            return blank;
        }
        var part = blanks.resolve("new.img");
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
                blanks,
                blanks.resolve("mkfs.log"),
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
}
