package dev.elevo.platform.http;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** Whose pages may call, in the deployment's own words. */
@Singleton
public final class AllowedOrigins {
    private static final String ANY = "*";

    private final Set<String> origins;

    AllowedOrigins(HttpConfiguration configuration) {
        this.origins = Set.copyOf(configuration.corsOrigins());
    }

    /** For whoever has to judge by them elsewhere. */
    public List<String> all() {
        return List.copyOf(origins);
    }

    public boolean allow(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }
}
