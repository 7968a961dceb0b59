package dev.elevo.agent.helper;

/** The two outputs of a process; a terminal has only the first. */
public enum OutputStreamName {
    STDOUT("stdout", 'o'),
    STDERR("stderr", 'e');

    private final String wireName;
    private final char code;

    OutputStreamName(String wireName, char code) {
        this.wireName = wireName;
        this.code = code;
    }

    /** On one byte, in frames and files. */
    public byte code() {
        return (byte) code;
    }

    public static OutputStreamName ofCode(byte code) {
        return code == 'o' ? STDOUT : STDERR;
    }

    public OutputStreamName other() {
        return this == STDOUT ? STDERR : STDOUT;
    }

    public String wireName() {
        return wireName;
    }
}
