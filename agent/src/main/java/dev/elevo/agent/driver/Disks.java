package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where what a sandbox writes is kept: the layers of its overlays that can be written. */
sealed interface Disks permits LoopDisks, PlainDisks {
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
     * @return what the helper has to do before it makes the overlays
     */
    List<String> options(Slot slot, Resources resources, int owner) throws IOException;

    /** Of a slot that runs. */
    DiskUsage usage(Slot slot) throws IOException;

    static Path image(Slot slot) {
        return slot.directory().resolve("disk.img");
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

    static boolean hasImage(Slot slot) {
        return Files.exists(image(slot));
    }
}
