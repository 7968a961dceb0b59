package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What holds the processes of a slot together, and within their limits. */
sealed interface Groups permits Cgroups, NoGroups {

    /** Which of {@code cpu, memory, pids} hold. */
    Set<String> enforced();

    /** For the runtime's configuration; empty where it must leave control groups alone. */
    Optional<String> path(Slot slot);

    void limit(Slot slot, Resources resources) throws IOException;

    /** How often the kernel has killed something in the slot for want of memory; 0 where nobody counts, or nothing runs. */
    long memoryKills(Slot slot) throws IOException;

    /** What the slot's processes use; the first of them is given. */
    Load load(Slot slot, ProcessId first) throws IOException;

    /** Returns when nothing in the slot runs any more, or throws and leaves it running. */
    void freeze(Slot slot) throws IOException;

    /** What is not frozen stays as it is. */
    void thaw(Slot slot) throws IOException;

    boolean isFrozen(Slot slot) throws IOException;

    /** Where the kernel is told to freeze a slot. */
    Optional<Path> freezer(Slot slot);

    /** See {@link IsolationDriver#relieve}. */
    boolean relieve(Slot slot, ProcessId first) throws IOException;

    /** Ends every process of the slot, frozen or not, and returns when the last one is gone. */
    void kill(Slot slot) throws IOException;

    void remove(Slot slot) throws IOException;

    /** The names of all slots that have a group. */
    List<String> names() throws IOException;

    void removeParent() throws IOException;
}
