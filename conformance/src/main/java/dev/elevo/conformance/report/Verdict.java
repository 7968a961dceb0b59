package dev.elevo.conformance.report;

/** What a case can come to. */
public enum Verdict {
    PASSED("passed"),
    FAILED("failed"),
    /** The deployment answers, as it may, that it has no such thing. */
    NOT_OFFERED("not offered");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
