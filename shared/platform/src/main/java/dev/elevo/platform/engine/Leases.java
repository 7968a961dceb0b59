package dev.elevo.platform.engine;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Long work that one process does and the others leave alone: who has it says so again and again, and who died is forgotten soon. One
 * who slept past his time goes on all the same; what must not be written twice is up to the register.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final String PARTITION = "LEASE";
    private static final String HOLDER = "holder";
    private static final String HELD_UNTIL = "heldUntil";

    static final Duration LIFE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_RENEWALS = LIFE.dividedBy(4);

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("leases").factory());

    Leases(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    /** What comes of the work; empty, and nothing is done, where somebody else is at it. */
    <T> Optional<T> holding(String name, Supplier<T> work) {
        var holder = UUID.randomUUID().toString();
        if (!take(name, holder)) {
            return Optional.empty();
        }
        var every = BETWEEN_RENEWALS.toMillis();
        var renewal = timer.scheduleAtFixedRate(() -> renew(name, holder), every, every, TimeUnit.MILLISECONDS);
        try {
            return Optional.of(work.get());
        } finally {
            renewal.cancel(false);
            release(name, holder);
        }
    }

    private boolean take(String name, String holder) {
        return write(
                name, holder, "attribute_not_exists(PK) OR heldUntil < :now", Map.of(":now", number(clock.millis())));
    }

    private void renew(String name, String holder) {
        try {
            if (!write(name, holder, "holder = :me", Map.of(":me", string(holder)))) {
                LOG.warn("{} is somebody else's by now", name);
            }
        } catch (RuntimeException e) {
            // Thrown it would end the renewals; the next one may come in time.
            LOG.warn("{} could not be kept", name, e);
        }
    }

    private boolean write(String name, String holder, String condition, Map<String, AttributeValue> values) {
        var until = clock.instant().plus(LIFE);
        var item = key(PARTITION, name);
        item.put(HOLDER, string(holder));
        item.put(HELD_UNTIL, number(until.toEpochMilli()));
        item.put(StateTable.TTL, number(until.getEpochSecond()));
        try {
            dynamo.putItem(put -> put.tableName(table)
                    .item(item)
                    .conditionExpression(condition)
                    .expressionAttributeValues(values));
            return true;
        } catch (ConditionalCheckFailedException somebodyElse) {
            return false;
        }
    }

    private void release(String name, String holder) {
        try {
            dynamo.deleteItem(delete -> delete.tableName(table)
                    .key(key(PARTITION, name))
                    .conditionExpression("holder = :me")
                    .expressionAttributeValues(Map.of(":me", string(holder))));
        } catch (ConditionalCheckFailedException e) {
            LOG.warn("{} was somebody else's before it was done", name, e);
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
