package dev.elevo.contract.run;

/** How much there may be of runs and of what they leave. */
public final class RunLimits {
    public static final int RUNS_PER_ORGANIZATION = 1_000_000;

    /** Of {@code params}, and of {@code summary}. */
    public static final int OBJECT_BYTES = 64 * 1024;

    public static final int POINTS_PER_RUN = 1_000_000;
    /** Of as many is told at once. */
    public static final int METRICS_IN_ANSWER = 1000;

    /** What fits into an answer of all metrics together. */
    public static final int POINTS_IN_ANSWER = 75_000;

    public static final int LOG_LINES_PER_RUN = 1_000_000;
    public static final long LOG_BYTES_PER_RUN = 1L << 30;
    public static final int LOG_LINE_BYTES = 16 * 1024;

    /** Of one report: what a transaction of the table holds. */
    public static final int LOG_REPORT_BYTES = 3 << 20;

    public static final int LOG_READERS_PER_RUN = 100;
    public static final int ARTIFACTS_PER_ORGANIZATION = 100_000;
    public static final long ARTIFACT_BYTES_PER_ORGANIZATION = 100L << 30;

    /** What a function carries in a request and in an answer. */
    public static final int ARTIFACT_BYTES = 4 << 20;

    private RunLimits() {}
}
