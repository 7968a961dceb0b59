package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where what a sandbox writes is kept: the layers of its overlays that can be written. */
sealed interface Disks extends AutoCloseable permits LoopDisks, PlainDisks {
    /** For the root and for what lies on it as {@code /usr}; of each the files, and what the overlay needs beside them. */
    List<String> LAYERS = List.of("upper", "work", "upper-usr", "work-usr");

    /** Whether a sandbox that is made now has an end of its disk. */
    boolean areLimited();

    /** The same for one that may be older than this agent, and then has what it was made with. */
    boolean isLimited(Slot slot);

    /** Which directory of the slot the layers are in once {@link #options} are done. */
    Path layers(Slot slot);

    /**
     * Makes what a disk needs in the slot, or takes what is there.
     *
     * @param owner of the layers
     * @param from what a new disk begins as; null is empty
     * @return what the helper has to do before it makes the overlays
     */
    List<String> options(Slot slot, Resources resources, int owner, @Nullable Checkpoint from) throws IOException;

    /** Refuses a slot that has none, though it has been in use: an empty one in its place would hide the loss. */
    void require(Slot slot) throws IOException;

    /** Of a slot that runs. */
    DiskUsage usage(Slot slot) throws IOException;

    /** Whether one can be copied while a sandbox writes to it. */
    boolean haveCheckpoints();

    /**
     * What the slot's disk is now.
     *
     * @param writers the control group of all who may write to it; empty where there is none that can be frozen
     */
    Checkpoint checkpoint(Slot slot, Optional<Path> writers) throws IOException;

    Checkpoint blank(int gigabytes) throws IOException;

    Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException;

    void remove(Checkpoint checkpoint) throws IOException;

    /** What is not in the slot's directory. */
    void remove(Slot slot) throws IOException;

    /** What an agent left that was killed: whatever is for no slot in the list, and every checkpoint. */
    void sweep(List<Slot> kept) throws IOException;

    @Override
    void close();

    static int gigabytes(Resources resources) {
        return Objects.requireNonNullElse(resources.disk(), Objects.requireNonNull(Resources.DEFAULT.disk()));
    }

    /** Of agents before checkpoints: on it are the users of the host that the slot has, so that it is good for no other. */
    static Path oldImage(Slot slot) {
        return slot.directory().resolve("disk.img");
    }

    static boolean hasOldImage(Slot slot) {
        return Files.exists(oldImage(slot));
    }

    /** By the file system that holds the path: it keeps count, whereas a walk takes as long as the sandbox wants. */
    static DiskUsage of(Path path) throws IOException {
        // A FileStore would look for the path among the mounts, where those of a sandbox are not.
        var file = new File(path.toString());
        var used = file.getTotalSpace() - file.getFreeSpace();
        if (file.getTotalSpace() == 0) {
            throw new IOException("no file system at " + path);
        }
        return new DiskUsage(used, used + file.getUsableSpace());
    }
}
