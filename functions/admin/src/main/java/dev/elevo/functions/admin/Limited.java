package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.RateLimits;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Limits per minute as they stand in a column and on the wire: by the labels of their classes. */
final class Limited {
    private static final int MOST = 1_000_000;
    private static final Map<String, RateClass> CLASSES =
            Stream.of(RateClass.values()).collect(Collectors.toMap(RateClass::label, one -> one));

    private Limited() {}

    static RateLimits read(Map<String, Integer> limits) {
        var read = new EnumMap<RateClass, Integer>(RateClass.class);
        limits.forEach((label, limit) -> {
            var rateClass = CLASSES.get(label);
            if (rateClass != null) {
                read.put(rateClass, limit);
            }
        });
        return new RateLimits(read);
    }

    /** Of a label that was checked. */
    static RateClass rateClass(String label) {
        return Objects.requireNonNull(CLASSES.get(label));
    }

    static void check(Map<String, Integer> limits) {
        limits.forEach((label, limit) -> {
            if (!CLASSES.containsKey(label)) {
                throw Failure.Invalid.field("limits", "must have keys of " + String.join(", ", CLASSES.keySet()), label)
                        .asException();
            }
            if (limit < 1 || limit > MOST) {
                throw Failure.Invalid.field("limits." + label, "must be 1 to " + MOST, limit)
                        .asException();
            }
        });
    }
}
