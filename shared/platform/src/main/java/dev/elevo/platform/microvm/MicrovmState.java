package dev.elevo.platform.microvm;

/** Where a MicroVM is in its life, in the service's words. */
public enum MicrovmState {
    PENDING,
    RUNNING,
    SUSPENDING,
    SUSPENDED,
    TERMINATING,
    TERMINATED;

    /** Whether nothing of it comes back. */
    public boolean hasEnded() {
        return this == TERMINATING || this == TERMINATED;
    }
}
