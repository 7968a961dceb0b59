package dev.elevo.agent.process;

import dev.elevo.contract.agent.SandboxSpec;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A sandbox as this package sees it.
 *
 * @param helperSocket where the sandbox's pid 1 listens
 * @param stateDirectory on the host, for this package alone; it is gone when the sandbox is deleted
 * @param memoryKills how often the kernel has killed something inside for want of memory
 * @param relief from what leaves no room for another process
 */
public record ProcessHost(
        SandboxSpec spec, boolean running, Path helperSocket, Path stateDirectory, Counter memoryKills, Relief relief) {

    /** Ends a fork bomb inside, and all else but the first process; tells whether there was one. */
    public interface Relief {
        boolean relieve() throws IOException;
    }

    /** What somebody else counts. */
    public interface Counter {
        long count() throws IOException;
    }
}
