package dev.elevo.platform.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** When what happened to a sandbox; milliseconds, as on the wire and in the store. */
public record Times(
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant stoppedAt,
        @Nullable Instant lastActivityAt,
        @Nullable Instant deletedAt,
        @Nullable Instant expiresAt) {

    public Times {
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        startedAt = millis(startedAt);
        stoppedAt = millis(stoppedAt);
        lastActivityAt = millis(lastActivityAt);
        deletedAt = millis(deletedAt);
        expiresAt = millis(expiresAt);
    }

    static Times createdAt(Instant now) {
        return new Times(now, null, null, null, null, null);
    }

    Times started(Instant now, @Nullable Instant expiry) {
        return new Times(createdAt, now, null, now, null, expiry);
    }

    /** The clock stands still. */
    Times paused() {
        return expiring(null);
    }

    Times resumed(Instant now, @Nullable Instant expiry) {
        return active(now).expiring(expiry);
    }

    Times expiring(@Nullable Instant expiry) {
        return new Times(createdAt, startedAt, stoppedAt, lastActivityAt, deletedAt, expiry);
    }

    Times stopped(Instant now) {
        return new Times(createdAt, startedAt, now, lastActivityAt, null, null);
    }

    Times active(Instant now) {
        return new Times(createdAt, startedAt, stoppedAt, now, deletedAt, expiresAt);
    }

    Times deleted(Instant now) {
        return new Times(createdAt, startedAt, stoppedAt, lastActivityAt, now, null);
    }

    /** Whether the running time is used up. */
    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Whether activity now is worth a write: noted at most once in the given time. */
    boolean activityIsOld(Instant now, Duration age) {
        return lastActivityAt == null || !now.isBefore(lastActivityAt.plus(age));
    }

    private static @Nullable Instant millis(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
