package dev.elevo.platform.keys;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * How long an instance may go by what it knows of a key or token ({@code ELEVO_KEY_CACHE_MS}): the time within which a
 * revocation is in force everywhere. Reported as {@code keyCacheMs}.
 */
@Singleton
public record KeyCacheConfiguration(
        @Value("${elevo.key.cache.ms:1000}") int millis) {
    private static final int LONGEST = 1000;

    public KeyCacheConfiguration {
        if (millis < 0 || millis > LONGEST) {
            throw new IllegalArgumentException("ELEVO_KEY_CACHE_MS is 0 to " + LONGEST + ": " + millis);
        }
    }

    Duration life() {
        return Duration.ofMillis(millis);
    }
}
