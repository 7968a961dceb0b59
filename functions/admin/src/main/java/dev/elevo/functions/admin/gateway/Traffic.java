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
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How much was forwarded, per service and hour and altogether, by all instances together. Each counts for itself and adds to the state
 * table what has waited for a second, with a request, since between requests a function stands still. One that dies takes its last
 * seconds along.
 */
@Singleton
public class Traffic {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
    private static final String HOURS = "GATEWAY#TRAFFIC";
    private static final String TOTALS = "GATEWAY#TOTALS";
    private static final Duration KEPT = Duration.ofDays(8);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    /** A request brings no more than it adds, so nobody waits for all services of others. */
    private static final int MOST_BROUGHT = 2;

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;
    private final Map<Slot, Sum> sums = new ConcurrentHashMap<>();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    /** @param hour absent for all that ever was */
    private record Slot(@Nullable Instant hour, String service) {}

    private record Waiting(Slot slot, long since) {}

    private record Sum(long requests, long errors, long micros) {
        Sum plus(Sum more) {
            return new Sum(requests + more.requests, errors + more.errors, micros + more.micros);
        }
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
        var one = new Sum(1, isError ? 1 : 0, nanos / 1000);
        add(new Slot(clock.instant().truncatedTo(ChronoUnit.HOURS), service), one);
        add(new Slot(null, service), one);
        for (int i = 0; i < MOST_BROUGHT; i++) {
            var oldest = waiting.peek();
            if (oldest != null && System.nanoTime() - oldest.since() >= WAIT_NANOS && waiting.remove(oldest)) {
                bring(oldest.slot());
            }
        }
    }

    private void add(Slot slot, Sum more) {
        sums.compute(slot, (same, sum) -> {
            if (sum != null) {
                return sum.plus(more);
            }
            waiting.add(new Waiting(slot, System.nanoTime()));
            return more;
        });
    }

    /** Nobody's request fails because it could not be counted; what the table did not take waits again. */
    private void bring(Slot slot) {
        var sum = sums.remove(slot);
        if (sum == null) {
            return;
        }
        try {
            write(slot, sum);
        } catch (SdkException e) {
            add(slot, sum);
            LOG.warn("The traffic of {} is not counted yet", slot.service(), e);
        }
    }

    @PreDestroy
    void flush() {
        sums.keySet().forEach(this::bring);
    }

    private void write(Slot slot, Sum sum) {
        var hour = slot.hour();
        var keptFrom = hour == null ? clock.instant() : hour;
        dynamo.updateItem(request -> request.tableName(table)
                .overrideConfiguration(limits -> limits.apiCallTimeout(PATIENCE))
                .key(hour == null ? key(TOTALS, slot.service()) : key(HOURS, hour + "#" + slot.service()))
                .updateExpression("SET #ttl = :ttl ADD requests :requests, errors :errors, micros :micros")
                .expressionAttributeNames(Map.of("#ttl", StateTable.TTL))
                .expressionAttributeValues(Map.of(
                        ":ttl", number(keptFrom.plus(KEPT).getEpochSecond()),
                        ":requests", number(sum.requests()),
                        ":errors", number(sum.errors()),
                        ":micros", number(sum.micros()))));
    }

    /** @param until itself not; absent is to the end */
    List<Hour> between(Instant from, @Nullable Instant until) {
        flush();
        var hours = new ArrayList<Hour>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .keyConditionExpression("PK = :partition AND SK BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":partition", string(HOURS),
                                ":first", string(from.toString()),
                                // Behind each hour stands a service: none of this one is before it.
                                ":last", string(until == null ? "9" : until.toString())))
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
