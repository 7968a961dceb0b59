package dev.elevo.agent.helper;

/** What a server inside a sandbox can be; {@code enum role} in serve.h. */
public enum Role {
    FILES('f'),
    SEARCH('s'),
    WATCH('w');

    private final char letter;

    Role(char letter) {
        this.letter = letter;
    }

    byte letter() {
        return (byte) letter;
    }
}
