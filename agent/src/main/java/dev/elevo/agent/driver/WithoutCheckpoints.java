package dev.elevo.agent.driver;

import dev.elevo.contract.agent.SandboxSpec;
import java.io.IOException;

/**
 * Where a sandbox has no disk of its own that could be copied: a machine's is mounted as its root, and the home of a process is a
 * directory of the host like any other.
 */
sealed interface WithoutCheckpoints extends IsolationDriver permits GuestDriver, ProcessDriver {
    @Override
    default boolean hasCheckpoints() {
        return false;
    }

    @Override
    default ProcessId start(Slot slot, SandboxSpec spec, Origin from) throws IOException {
        throw none();
    }

    @Override
    default Checkpoint checkpoint(Slot slot) throws IOException {
        throw none();
    }

    @Override
    default Checkpoint blank(int gigabytes) throws IOException {
        throw none();
    }

    @Override
    default Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException {
        throw none();
    }

    @Override
    default void remove(Checkpoint checkpoint) throws IOException {
        throw none();
    }

    private static IOException none() {
        return new IOException("there are no checkpoints here");
    }
}
