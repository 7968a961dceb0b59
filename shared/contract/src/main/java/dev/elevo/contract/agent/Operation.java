package dev.elevo.contract.agent;

/** What a capability token may allow. */
public enum Operation {
    /** Create, stop and delete. */
    LIFECYCLE,
    /** Everything under {@code processes}. */
    PROCESS,
    /** List sandboxes and describe the host; only for a token of the whole host. */
    HOST
}
