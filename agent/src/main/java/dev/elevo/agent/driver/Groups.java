package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
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

    /** Ends every process of the slot and returns when the last one is gone. */
    void kill(Slot slot) throws IOException;

    void remove(Slot slot) throws IOException;

    /** The names of all slots that have a group. */
    List<String> names() throws IOException;

    void removeParent() throws IOException;
}
