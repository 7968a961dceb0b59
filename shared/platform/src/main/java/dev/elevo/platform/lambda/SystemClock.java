package dev.elevo.platform.lambda;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What time it is, for everything that asks by injection; a test gives a clock of its own among the singletons. */
@Factory
final class SystemClock {
    @Singleton
    @Requires(missingBeans = InstantSource.class)
    InstantSource clock() {
        return InstantSource.system();
    }
}
