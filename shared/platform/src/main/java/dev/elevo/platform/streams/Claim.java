package dev.elevo.platform.streams;

/** Whether one may write to a connection what it has not been told yet. Of all who try at the same time one may. */
public sealed interface Claim {

    /**
     * One may.
     *
     * @param token to give it back with
     */
    record Held(Connection connection, String token) implements Claim {}

    /** Somebody else does it, and looks again when done. */
    record Busy() implements Claim {}

    /** Somebody died over it: nobody knows what was still written. */
    record InDoubt(Connection connection) implements Claim {}

    record Gone() implements Claim {}
}
