package dev.elevo.platform.streams;

/** Why the server ends a connection (contract 4.9). */
public enum CloseCode {
    GOING_AWAY(1001),
    TOO_BIG(1009),
    INTERNAL(1011),
    TEN_BAD_MESSAGES(4400),
    NO_HEARTBEAT(4408);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
