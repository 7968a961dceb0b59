package dev.elevo.contract;

/** Beginnings of lines that functions log and alarms count: who changes one here changes it on both sides. */
public final class LogWords {
    public static final String SWEPT = "All sandboxes are swept";
    public static final String CIRCUIT_OPEN = "The circuit is open";

    private LogWords() {}
}
