package dev.elevo.platform.limits;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.Principal;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/**
 * The deployment's limits per minute ({@code ELEVO_LIMIT_READ} and so on); a key may have its own.
 */
@Singleton
public final class RateLimitConfiguration {
    private final Map<RateClass, Integer> perMinute = new EnumMap<>(RateClass.class);

    RateLimitConfiguration(
            @Value("${elevo.limit.read:0}") int read,
            @Value("${elevo.limit.write:0}") int write,
            @Value("${elevo.limit.sandbox.create:0}") int sandboxCreate,
            @Value("${elevo.limit.exec:0}") int exec,
            @Value("${elevo.limit.upload:0}") int upload) {
        put(RateClass.READ, read);
        put(RateClass.WRITE, write);
        put(RateClass.SANDBOX_CREATE, sandboxCreate);
        put(RateClass.EXEC, exec);
        put(RateClass.UPLOAD, upload);
    }

    public int of(RateClass rateClass) {
        return perMinute.getOrDefault(rateClass, rateClass.perMinute());
    }

    int of(RateClass rateClass, Principal caller) {
        var own = caller.limits().of(rateClass);
        return own == null ? of(rateClass) : own;
    }

    private void put(RateClass rateClass, int configured) {
        if (configured > 0) {
            perMinute.put(rateClass, configured);
        }
    }
}
