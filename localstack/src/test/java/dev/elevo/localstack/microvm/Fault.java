package dev.elevo.localstack.microvm;

/** What may go wrong with a call of the service, once for each time it is asked for. */
public enum Fault {
    /** It is done, and nobody hears of it. */
    DONE_AND_SILENT,
    THROTTLED,
    NO_CAPACITY,
    BROKEN
}
