package dev.elevo.platform.time;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The host's clock, unless the surroundings bring one of their own. */
@Factory
final class SystemTime {
    @Singleton
    @Secondary
    InstantSource clock() {
        return InstantSource.system();
    }
}
