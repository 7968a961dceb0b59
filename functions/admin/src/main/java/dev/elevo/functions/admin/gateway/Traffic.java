package dev.elevo.functions.admin.gateway;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How much was forwarded, per service and hour and altogether, by all instances together. Each counts for itself and adds to the state
 * table once a second, with a request, since between requests a function stands still. One that dies takes its last second along.
 */
@Singleton
public class Traffic {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final String HOURS = "GATEWAY#TRAFFIC";
    private static final String TOTALS = "GATEWAY#TOTALS";
    private static final Duration KEPT = Duration.ofDays(8);
    private static final long FLUSH_NANOS = Duration.ofSeconds(1).toNanos();

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;
    private final Map<Slot, Count> counts = new ConcurrentHashMap<>();
    private final AtomicLong flushedAt = new AtomicLong(System.nanoTime());

    /** @param hour absent for all that ever was */
    private record Slot(@Nullable Instant hour, String service) {
        boolean isOver(Instant now) {
            return hour == null || hour.isBefore(now);
        }
    }

    private static final class Count {
        private final LongAdder requests = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder micros = new LongAdder();
    }

    /** What a service was asked, altogether. It never becomes less, but for one that was asked nothing as long as hours are kept. */
    record Total(String service, long requests, long errors) {}

    /** What a service was asked in an hour. */
    record Hour(Instant hour, String service, long requests, long errors, long micros) {}

    Traffic(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    /** A request that was for a route, whoever answered it. */
    public void count(String service, boolean isError, long nanos) {
        add(new Slot(clock.instant().truncatedTo(ChronoUnit.HOURS), service), isError, nanos);
        add(new Slot(null, service), isError, nanos);
        var last = flushedAt.get();
        var now = System.nanoTime();
        if (now - last >= FLUSH_NANOS && flushedAt.compareAndSet(last, now)) {
            flush();
        }
    }

    private void add(Slot slot, boolean isError, long nanos) {
        var count = counts.computeIfAbsent(slot, ignored -> new Count());
        count.requests.increment();
        if (isError) {
            count.errors.increment();
        }
        count.micros.add(nanos / 1000);
    }

    /** Nobody's request fails because it could not be counted; what could not be added is added with the next. */
    @PreDestroy
    void flush() {
        counts.forEach((slot, count) -> {
            var requests = count.requests.sumThenReset();
            var errors = count.errors.sumThenReset();
            var micros = count.micros.sumThenReset();
            if (requests == 0 && errors == 0 && micros == 0) {
                return;
            }
            try {
                add(slot, requests, errors, micros);
            } catch (SdkException e) {
                count.requests.add(requests);
                count.errors.add(errors);
                count.micros.add(micros);
                LOG.warn("The traffic of {} is not counted yet", slot.service(), e);
            }
        });
        var hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
        counts.entrySet()
                .removeIf(entry ->
                        entry.getKey().isOver(hour) && entry.getValue().requests.sum() == 0);
    }

    private void add(Slot slot, long requests, long errors, long micros) {
        var hour = slot.hour();
        var keptFrom = hour == null ? clock.instant() : hour;
        dynamo.updateItem(request -> request.tableName(table)
                .key(hour == null ? key(TOTALS, slot.service()) : key(HOURS, hour + "#" + slot.service()))
                .updateExpression("SET #ttl = :ttl ADD requests :requests, errors :errors, micros :micros")
                .expressionAttributeNames(Map.of("#ttl", StateTable.TTL))
                .expressionAttributeValues(Map.of(
                        ":ttl", number(keptFrom.plus(KEPT).getEpochSecond()),
                        ":requests", number(requests),
                        ":errors", number(errors),
                        ":micros", number(micros))));
    }

    List<Hour> since(Instant hour) {
        flush();
        var hours = new ArrayList<Hour>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .keyConditionExpression("PK = :partition AND SK >= :first")
                        .expressionAttributeValues(
                                Map.of(":partition", string(HOURS), ":first", string(hour.toString())))
                        .consistentRead(true))
                .items()
                .forEach(item -> hours.add(hour(item)));
        return hours;
    }

    /** Of each service. */
    List<Total> totals() {
        flush();
        var totals = new ArrayList<Total>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .keyConditionExpression("PK = :partition")
                        .expressionAttributeValues(Map.of(":partition", string(TOTALS)))
                        .consistentRead(true))
                .items()
                .forEach(item -> totals.add(new Total(
                        required(item, StateTable.SORT_KEY).s(),
                        Long.parseLong(required(item, "requests").n()),
                        Long.parseLong(required(item, "errors").n()))));
        return totals;
    }

    private static Hour hour(Map<String, AttributeValue> item) {
        var name = required(item, StateTable.SORT_KEY).s();
        var cut = name.indexOf('#');
        return new Hour(
                Instant.parse(name.substring(0, cut)),
                name.substring(cut + 1),
                Long.parseLong(required(item, "requests").n()),
                Long.parseLong(required(item, "errors").n()),
                Long.parseLong(required(item, "micros").n()));
    }
}
