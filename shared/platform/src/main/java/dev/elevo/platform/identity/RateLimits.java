package dev.elevo.platform.identity;

import dev.elevo.contract.RateClass;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits per minute that were agreed for one key, by rate class. */
public record RateLimits(Map<RateClass, Integer> perMinute) {
    public static final RateLimits NONE = new RateLimits(Map.of());

    public RateLimits {
        perMinute = Map.copyOf(perMinute);
    }

    /** These, and the others where these say nothing. */
    RateLimits orElse(RateLimits others) {
        var all = new HashMap<>(others.perMinute);
        all.putAll(perMinute);
        return new RateLimits(all);
    }

    public @Nullable Integer of(RateClass rateClass) {
        return perMinute.get(rateClass);
    }
}
