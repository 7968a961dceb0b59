package dev.elevo.platform.testing;

import dev.elevo.platform.identity.ApiKeyStore;
import dev.elevo.platform.identity.RevokedTokens;
import dev.elevo.platform.limits.RateLimiter;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.InstantSource;

@Factory
@Requires(property = FixtureFunction.SWITCH)
final class FixtureFactory {
    @Singleton
    @Primary
    InstantSource clock(FixtureBeans beans) {
        return beans.clock();
    }

    @Singleton
    @Primary
    ApiKeyStore keys(FixtureBeans beans) {
        return beans.keys();
    }

    @Singleton
    @Primary
    RevokedTokens revocations(FixtureBeans beans) {
        return beans.revocations();
    }

    @Singleton
    @Primary
    RateLimiter limiter(FixtureBeans beans) {
        return beans.limiter();
    }
}
