package dev.elevo.platform.testing;

/** Carries the fakes into the context, where {@link FixtureFactory} hands them out in place of the stores. */
record FixtureBeans(
        SettableClock clock, InMemoryKeys keys, InMemoryRevocations revocations, InMemoryRateLimiter limiter) {}
