package dev.elevo.contract.agent;

/** What became of a client's message. */
public enum Heard {
    YES,
    /** And the right to write to its connection ends soon, or has ended. */
    WITH_GRANT_ENDING,
    /** The connection is not served here (any more). */
    BY_NOBODY
}
