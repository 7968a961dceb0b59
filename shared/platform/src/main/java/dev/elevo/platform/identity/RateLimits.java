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

    /** Of both the smaller; the other where one says nothing. */
    RateLimits within(RateLimits others) {
        var all = new HashMap<>(others.perMinute);
        perMinute.forEach((rateClass, limit) -> all.merge(rateClass, limit, Math::min));
        return new RateLimits(all);
    }

    public @Nullable Integer of(RateClass rateClass) {
        return perMinute.get(rateClass);
    }
}
