package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What is in a checkpoint, as files. Those who wrote them may mean no good: no link is followed here, no device opened, and
 * nothing can be run.
 */
public final class Mounted implements AutoCloseable {
    private final Held held;
    private final Path root;
    private final int firstId;
    private final String notes;
    private final boolean isStill;

    /** What is done with it. */
    public enum Access {
        READ("ro"),
        WRITE("rw");

        private final String option;

        Access(String option) {
            this.option = option;
        }

        String option() {
            return option;
        }
    }

    Mounted(Held held, Path root, int firstId, String notes, boolean isStill) {
        this.held = held;
        this.root = root;
        this.firstId = firstId;
        this.notes = notes;
        this.isStill = isStill;
    }

    /** The directory of the layers: {@code upper}, what the sandbox wrote, and {@code upper-usr}, the same of {@code /usr}. */
    public Path root() {
        return root;
    }

    /** How much of its file system is taken. */
    public long used() throws IOException {
        return Disks.of(root).used();
    }

    /** The owner here of what root owns inside; the others follow. */
    public int firstId() {
        return firstId;
    }

    /** With these begin the names of the attributes in which the overlay keeps its notes. */
    public String notes() {
        return notes;
    }

    /** It is a file system of its own, and as it was on its disk when it was copied. */
    public boolean isStill() {
        return isStill;
    }

    @Override
    public void close() {
        held.close();
    }
}
