package dev.elevo.platform.limits;

/**
 * Exact token buckets: in any span of t seconds at most N + N·t/60 takes are allowed, over all instances together.
 *
 * <p>Never fails open: when the buckets' store does not answer, both methods throw the 9002 failure.
 */
public interface RateLimiter {
    /** Takes one token if there is one. */
    Decision take(BucketKey key, int perMinute);

    /** Looks whether a token is there without taking it; may be out of date by the next moment. */
    Decision peek(BucketKey key, int perMinute);
}
