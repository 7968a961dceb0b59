package dev.elevo.platform.push;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.status.StatusReason;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Where a change that somebody should be told of is left, in the transaction that makes it, until it is told. One claims it and tells
 * it. Who dies over that leaves it claimed: nobody knows who was told then, so nobody is told twice, and after a while it is gone.
 */
@Singleton
public final class PushOutbox {
    private static final String PARTITION = "PUSH#";

    /** Spread over partitions: a change must not wait because many others are made at the same time. */
    private static final int SHARDS = 8;

    /** What is older is no news any more. */
    private static final Duration LIFE = Duration.ofHours(1);

    private final DynamoDbClient dynamo;
    private final String table;
    private final boolean isOfUse;
    private final List<PushListener> listeners;
    private final InstantSource clock;

    public PushOutbox(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            PushConfiguration push,
            List<PushListener> listeners,
            InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.isOfUse = push.isOfUse();
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    /** Where one waits. */
    public record Key(String partition, String sort) {
        static Key of(Push push) {
            return new Key(
                    PARTITION + Math.floorMod(push.sandboxId().hashCode(), SHARDS),
                    InstantSerde.format(push.at()) + "#" + push.sandboxId() + "#"
                            + String.format(Locale.ROOT, "%010d", push.version()));
        }

        private Map<String, AttributeValue> attributes() {
            return key(partition, sort);
        }
    }

    /** Empty when the key is none of this outbox. */
    public static Optional<Key> keyOf(String partition, String sort) {
        return partition.startsWith(PARTITION) ? Optional.of(new Key(partition, sort)) : Optional.empty();
    }

    /** Whether it is worth a write: where nobody is told anything, nothing is left here. */
    public boolean takes() {
        return isOfUse;
    }

    /** Part of the transaction that makes the change. */
    public TransactWriteItem announce(Push push) {
        var item = write(push);
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    /** The transaction is done; who is in this JVM need not be told by the table. */
    public void announced(Push push) {
        listeners.forEach(listener -> listener.waits(Key.of(push)));
    }

    /** It is the caller's to tell, and nobody else's; empty when another has it, or it is told, or too old. */
    public Optional<Push> claim(Key key) {
        var me = UUID.randomUUID().toString();
        try {
            var item = dynamo.updateItem(request -> request.tableName(table)
                            .key(key.attributes())
                            .updateExpression("SET claimedBy = :me")
                            // Who asks again because the answer was lost, has it.
                            .conditionExpression(
                                    "attribute_exists(PK) AND (attribute_not_exists(claimedBy) OR claimedBy = :me)")
                            .expressionAttributeValues(Map.of(":me", string(me)))
                            .returnValues(ReturnValue.ALL_NEW))
                    .attributes();
            var push = read(item);
            if (push.at().plus(LIFE).isBefore(clock.instant())) {
                done(push);
                return Optional.empty();
            }
            return Optional.of(push);
        } catch (ConditionalCheckFailedException e) {
            return Optional.empty();
        }
    }

    /** The others' turn comes again. */
    public void release(Push push, Set<String> told) {
        dynamo.putItem(request -> request.tableName(table).item(write(push.knownBy(told))));
    }

    public void done(Push push) {
        dynamo.deleteItem(request -> request.tableName(table).key(Key.of(push).attributes()));
    }

    /** What nobody is at. */
    public List<Key> waiting() {
        var found = new ArrayList<Key>();
        for (int shard = 0; shard < SHARDS; shard++) {
            var partition = PARTITION + shard;
            dynamo.queryPaginator(request -> request.tableName(table)
                            .consistentRead(true)
                            .keyConditionExpression("PK = :partition")
                            .filterExpression("attribute_not_exists(claimedBy)")
                            .expressionAttributeValues(Map.of(":partition", string(partition))))
                    .items()
                    .forEach(item -> found.add(new Key(
                            partition, required(item, StateTable.SORT_KEY).s())));
        }
        return found;
    }

    private static Map<String, AttributeValue> write(Push push) {
        var item = new HashMap<>(Key.of(push).attributes());
        item.put("org", string(push.organizationId()));
        item.put("user", string(push.userId()));
        item.put("sandbox", string(push.sandboxId()));
        item.put("name", string(push.name()));
        item.put("state", string(push.state().name()));
        item.put("reason", string(push.reason().name()));
        item.put("at", string(InstantSerde.format(push.at())));
        item.put("version", number(push.version()));
        item.put(StateTable.TTL, number(push.at().plus(LIFE).getEpochSecond()));
        if (!push.told().isEmpty()) {
            item.put("told", AttributeValue.fromSs(List.copyOf(push.told())));
        }
        return item;
    }

    private static Push read(Map<String, AttributeValue> item) {
        var told = item.get("told");
        return new Push(
                required(item, "org").s(),
                required(item, "user").s(),
                required(item, "sandbox").s(),
                required(item, "name").s(),
                SandboxState.valueOf(required(item, "state").s()),
                StatusReason.valueOf(required(item, "reason").s()),
                Instant.parse(required(item, "at").s()),
                Long.parseLong(required(item, "version").n()),
                told == null ? Set.of() : Set.copyOf(told.ss()));
    }
}
