package dev.elevo.platform.limits;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether one more request may pass.
 *
 * @param remaining whole tokens left
 * @param resetAt when the bucket will be full again
 * @param retryAfter until one token is there; zero when allowed
 */
public record Decision(boolean allowed, int limit, int remaining, Instant resetAt, Duration retryAfter) {}
