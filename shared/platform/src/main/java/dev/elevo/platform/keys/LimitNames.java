package dev.elevo.platform.keys;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.RateLimits;
import java.util.EnumMap;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;

/** Limits per minute as attributes of an item. */
final class LimitNames {
    private LimitNames() {}

    static String of(RateClass rateClass) {
        return "limit-" + rateClass.label();
    }

    static RateLimits read(EnhancedDocument document) {
        var limits = new EnumMap<RateClass, Integer>(RateClass.class);
        for (var rateClass : RateClass.values()) {
            if (document.isPresent(of(rateClass))) {
                limits.put(rateClass, document.getNumber(of(rateClass)).intValue());
            }
        }
        return new RateLimits(limits);
    }
}
