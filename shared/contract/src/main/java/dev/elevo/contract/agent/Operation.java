package dev.elevo.contract.agent;

/** What a capability token may allow. */
public enum Operation {
    /** Make sandboxes; only for a token of the whole host, so that nobody waits for a signature of his own. */
    CREATE,
    /** Look at one, stop and delete it. */
    LIFECYCLE,
    /** Everything under {@code processes} and {@code ptys}. */
    PROCESS,
    /** Look at files and read them. */
    FILES_READ,
    /** Change files. */
    FILES_WRITE,
    /** Connect to one of its ports. */
    PORT,
    /** Serve connections about what is inside. */
    STREAM,
    /** Take snapshots, and all that is done to those that are there; only for a token of the whole host. */
    SNAPSHOT,
    /** List sandboxes and describe the host; only for a token of the whole host. */
    HOST,
    /** Make volumes, look at them, let them grow, delete them; only for a token of the whole host. */
    VOLUME
}
