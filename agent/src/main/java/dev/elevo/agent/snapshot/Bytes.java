package dev.elevo.agent.snapshot;

import java.nio.charset.StandardCharsets;

/** Names, where they are compared with ours. */
final class Bytes {
    private Bytes() {}

    /** Every byte a character, so that nothing equals what it is not. */
    static String text(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
