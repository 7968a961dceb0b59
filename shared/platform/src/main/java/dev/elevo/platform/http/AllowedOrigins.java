package dev.elevo.platform.http;

import jakarta.inject.Singleton;
import java.util.Set;

/** Whose pages may call, in the deployment's own words. */
@Singleton
public final class AllowedOrigins {
    private static final String ANY = "*";

    private final Set<String> origins;

    AllowedOrigins(HttpConfiguration configuration) {
        this.origins = Set.copyOf(configuration.corsOrigins());
    }

    public boolean allow(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }
}
