package dev.elevo.bench;

import java.time.Duration;

/** One side of a contest, measured over a stretch of time. Throws {@link WrongReply} for any reply that is not right. */
@FunctionalInterface
interface Measure {
    /** Milliseconds per operation, or operations per second: the same for both sides of a contest. */
    double over(Duration stretch) throws Exception;
}
