package dev.elevo.platform.keys;

import static dev.elevo.platform.dynamo.Attributes.integer;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.RateLimits;
import java.util.EnumMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Limits per minute as attributes of an item. */
final class LimitNames {
    private LimitNames() {}

    static String of(RateClass rateClass) {
        return "limit-" + rateClass.label();
    }

    static RateLimits read(Map<String, AttributeValue> item) {
        var limits = new EnumMap<RateClass, Integer>(RateClass.class);
        for (var rateClass : RateClass.values()) {
            var limit = integer(item, of(rateClass));
            if (limit != null) {
                limits.put(rateClass, limit);
            }
        }
        return new RateLimits(limits);
    }
}
