package dev.elevo.contract.stream;

/** Why the server ends a connection (contract 4.9). */
public enum CloseCode {
    /** The stream has come to its end. */
    ENDED(1000),
    GOING_AWAY(1001),
    BINARY(1003),
    TOO_BIG(1009),
    INTERNAL(1011),
    TOO_SLOW(1013),
    TEN_BAD_MESSAGES(4400),
    /** What the stream was about has been removed. */
    REMOVED(4404),
    NO_HEARTBEAT(4408),
    NOT_RUNNING(4409);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
