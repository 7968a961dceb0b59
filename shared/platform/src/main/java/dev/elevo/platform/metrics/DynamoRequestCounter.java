package dev.elevo.platform.metrics;

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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Each instance counts for itself, minute by minute, and every few seconds puts what it has of a minute into one item; with a request,
 * since between requests a function stands still. One that dies takes its last seconds along.
 */
@Singleton
public final class DynamoRequestCounter implements RequestCounter {
    public static final Duration REACH = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(DynamoRequestCounter.class);
    private static final Duration KEPT = REACH.plusHours(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long FLUSH_NANOS = Duration.ofSeconds(5).toNanos();
    private static final String COUNTS = "counts";

    /** Far below what an item holds; there are not as many endpoints, statuses and kinds of clients. */
    private static final int MOST_SERIES = 2000;

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;
    private final Map<Instant, Map<Series, Histogram>> minutes = new ConcurrentHashMap<>();
    /** Drawn late: instances that were thawed from one snapshot must not share it. */
    private @Nullable String instance;

    private final AtomicLong flushedAt = new AtomicLong(System.nanoTime());

    DynamoRequestCounter(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    @Override
    public void count(Series series, long nanos) {
        var counted = minutes.computeIfAbsent(
                clock.instant().truncatedTo(ChronoUnit.MINUTES), minute -> new ConcurrentHashMap<>());
        if (counted.containsKey(series) || counted.size() < MOST_SERIES) {
            counted.computeIfAbsent(series, alike -> new Histogram()).add(nanos);
        }
        var last = flushedAt.get();
        var now = System.nanoTime();
        if (now - last >= FLUSH_NANOS && flushedAt.compareAndSet(last, now)) {
            flush();
        }
    }

    /** Nobody's request fails because it could not be counted. */
    @PreDestroy
    synchronized void flush() {
        var name = instance;
        if (name == null) {
            name = UUID.randomUUID().toString();
            instance = name;
        }
        flush(name);
    }

    private void flush(String name) {
        var current = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        minutes.forEach((minute, counted) -> {
            try {
                put(name, minute, counted);
                // Of the minute before somebody may still be counting.
                if (minute.isBefore(current.minus(1, ChronoUnit.MINUTES))) {
                    minutes.remove(minute);
                }
            } catch (SdkException e) {
                LOG.warn("requests of {} are not counted yet", minute, e);
            }
        });
        // What the table did not take for long is given up: there must be an end to what is remembered.
        minutes.keySet().removeIf(minute -> minute.isBefore(current.minus(5, ChronoUnit.MINUTES)));
    }

    private void put(String name, Instant minute, Map<Series, Histogram> counted) {
        var counts = new HashMap<String, AttributeValue>();
        counted.forEach((series, histogram) -> counts.put(spell(series), string(histogram.spell())));
        var item = key(partition(minute), minute + "#" + name);
        item.put(COUNTS, AttributeValue.fromM(counts));
        item.put(StateTable.TTL, number(minute.plus(KEPT).getEpochSecond()));
        dynamo.putItem(request ->
                request.tableName(table).item(item).overrideConfiguration(limits -> limits.apiCallTimeout(PATIENCE)));
    }

    /** Of all instances, from that minute on. */
    public Map<Series, Histogram> since(Instant from) {
        flush();
        var first = from.truncatedTo(ChronoUnit.MINUTES);
        var all = new HashMap<Series, Histogram>();
        var end = clock.instant();
        for (var hour = first.truncatedTo(ChronoUnit.HOURS);
                !hour.isAfter(end);
                hour = hour.plus(1, ChronoUnit.HOURS)) {
            var partition = partition(hour);
            dynamo.queryPaginator(request -> request.tableName(table)
                            .keyConditionExpression("PK = :hour AND SK >= :first")
                            .expressionAttributeValues(
                                    Map.of(":hour", string(partition), ":first", string(first.toString()))))
                    .items()
                    .forEach(item -> required(item, COUNTS)
                            .m()
                            .forEach((series, counts) -> all.computeIfAbsent(parse(series), alike -> new Histogram())
                                    .add(Histogram.parse(counts.s()))));
        }
        return all;
    }

    private static String partition(Instant time) {
        return "METRICS#" + time.truncatedTo(ChronoUnit.HOURS);
    }

    private static String spell(Series series) {
        return String.join(
                " ", series.method(), series.clientType(), Integer.toString(series.status()), series.endpoint());
    }

    private static Series parse(String text) {
        var words = text.split(" ", 4);
        return new Series(words[0], words[3], words[1], Integer.parseInt(words[2]));
    }
}
