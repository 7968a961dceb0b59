package dev.elevo.platform.limits;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Decides by the buckets in the state table, with as few calls as exactness allows; see {@link Bucket}. */
@Singleton
public final class DynamoRateLimiter implements RateLimiter {
    private static final int MOST_REMEMBERED = 10_000;

    private final BucketStore store;
    private final InstantSource clock;
    private final LongSupplier ticker;

    /** Forgetting a bucket costs its leased tokens and a call, never exactness. */
    private final Map<Known, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Known, Bucket> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** A limit that was changed makes a new bucket here; in the table it is the same one. */
    private record Known(BucketKey key, int perMinute) {}

    @Inject
    public DynamoRateLimiter(DynamoBucketStore store, InstantSource clock) {
        this(store, clock, System::nanoTime);
    }

    DynamoRateLimiter(BucketStore store, InstantSource clock, LongSupplier ticker) {
        this.store = store;
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public Decision take(BucketKey key, int perMinute) {
        var bucket = bucket(key, perMinute);
        return closedWhenBroken(bucket::take);
    }

    @Override
    public Decision peek(BucketKey key, int perMinute) {
        var bucket = bucket(key, perMinute);
        return closedWhenBroken(bucket::peek);
    }

    private Bucket bucket(BucketKey key, int perMinute) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(
                    new Known(key, perMinute),
                    known -> new Bucket(store, known.key(), Terms.of(known.perMinute()), clock, ticker));
        }
    }

    private static Decision closedWhenBroken(Supplier<Decision> decision) {
        try {
            return decision.get();
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    static ApiException unavailable(@Nullable Exception cause) {
        return new ApiException(new Failure.Unavailable("Limits cannot be checked", Duration.ofSeconds(1)), cause);
    }
}
