package dev.elevo.platform.lambda;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When what a function has left half done is taken up by a sweep: after longer than any lives that may still be working at it. */
public final class Abandoned {
    public static final Duration AFTER = Duration.ofSeconds(90);

    private Abandoned() {}

    /** In a run whose operator may have set another: {@code ELEVO_ABANDONED_MS}. */
    public static Duration after(@Nullable Integer millis) {
        return millis == null ? AFTER : Duration.ofMillis(millis);
    }
}
