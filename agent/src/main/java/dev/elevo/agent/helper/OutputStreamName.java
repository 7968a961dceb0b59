package dev.elevo.agent.helper;

/** The two outputs of a process; a terminal has only the first. */
public enum OutputStreamName {
    STDOUT("stdout"),
    STDERR("stderr");

    private final String wireName;

    OutputStreamName(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
