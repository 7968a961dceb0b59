package dev.elevo.platform.limits;

/** Where buckets are kept, for all instances together. */
interface BucketStore {
    /**
     * Takes as many of the wanted tokens as are there, in one atomic step.
     *
     * @param fullAt the bucket's time when it was last seen, 0 if never; a wrong guess costs a call, never a wrong answer
     */
    Taken take(BucketKey key, Terms terms, int wanted, long fullAt, long now);

    /** The bucket's time; 0 when nobody took anything lately. */
    long fullAt(BucketKey key);

    /** What the step took, and the bucket's time after it. */
    record Taken(int tokens, long fullAt) {}
}
