package dev.elevo.platform.limits;

import dev.elevo.contract.RateClass;

/** One bucket: the class of the requests counted in it and the caller they come from. */
public record BucketKey(String rateClass, String caller) {

    /** One per API key; for a JWT one per user, of that organization. */
    public static BucketKey of(RateClass rateClass, String caller) {
        return new BucketKey(rateClass.label(), caller);
    }

    /** Where requests that fail authentication are counted. */
    public static BucketKey ofAddress(String address) {
        return new BucketKey("address", address);
    }
}
