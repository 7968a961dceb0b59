package dev.elevo.platform.metrics;

/** Counts answered requests. */
public interface RequestCounter {
    void count(Series series, long nanos);

    /**
     * Requests that are alike.
     *
     * @param endpoint the template of its path
     */
    record Series(String method, String endpoint, String clientType, int status) {}
}
