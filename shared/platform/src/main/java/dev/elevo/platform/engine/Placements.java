package dev.elevo.platform.engine;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The register of placements in the state table. Every change is on the version it was made of: of two who change one, one is told. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Placements {
    private static final String PARTITION = "PLACEMENT#";

    /** Spread over partitions: a thousand sandboxes come and go at the same time. */
    private static final int SHARDS = 16;

    private static final String PLACEMENT = "placement";
    private static final String VERSION = "version";
    private static final long FIRST = 1;
    private static final Duration RECENTLY = Duration.ofSeconds(3);

    private final DynamoDbClient dynamo;
    private final String table;
    private final JsonMapper json;
    private final Briefly<Optional<Placement>> recent;

    Placements(DynamoDbClient dynamo, DynamoConfiguration configuration, JsonMapper json, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.json = json;
        this.recent = new Briefly<>(RECENTLY, clock);
    }

    /** One as it stands in the register. */
    record Kept(Placement placement, long version) {}

    Optional<Kept> find(String sandboxId) {
        var item = dynamo.getItem(get -> get.tableName(table)
                        .key(key(partition(sandboxId), sandboxId))
                        .consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(kept(item));
    }

    /** As it was some seconds ago at most, unless it was changed here: every call asks for the way. */
    Optional<Placement> recent(String sandboxId) {
        return recent.get(sandboxId, id -> find(id).map(Kept::placement));
    }

    void forget(String sandboxId) {
        recent.forget(sandboxId);
    }

    /** All of them. */
    List<Kept> all() {
        var found = new ArrayList<Kept>();
        for (var shard = 0; shard < SHARDS; shard++) {
            var partition = PARTITION + shard;
            dynamo.queryPaginator(query -> query.tableName(table)
                            .consistentRead(true)
                            .keyConditionExpression("PK = :partition")
                            .expressionAttributeValues(Map.of(":partition", string(partition))))
                    .items()
                    .forEach(item -> found.add(kept(item)));
        }
        return found;
    }

    /** The given one, or the one that was there before. */
    Kept begin(Placement placement) {
        forget(placement.sandboxId());
        try {
            dynamo.putItem(put ->
                    put.tableName(table).item(item(placement, FIRST)).conditionExpression("attribute_not_exists(PK)"));
            return new Kept(placement, FIRST);
        } catch (ConditionalCheckFailedException e) {
            return find(placement.sandboxId()).orElseGet(() -> begin(placement));
        }
    }

    /** Empty when somebody else has changed it, or removed it. */
    Optional<Kept> replace(Kept seen, Placement next) {
        try {
            dynamo.putItem(put -> put.tableName(table)
                    .item(item(next, seen.version() + 1))
                    .conditionExpression("version = :seen")
                    .expressionAttributeValues(Map.of(":seen", number(seen.version()))));
            return Optional.of(new Kept(next, seen.version() + 1));
        } catch (ConditionalCheckFailedException e) {
            return Optional.empty();
        } finally {
            forget(next.sandboxId());
        }
    }

    /** The same, and the item of that key goes by it; empty also when that is gone. */
    Optional<Kept> replaceFrom(Kept seen, Placement next, Map<String, AttributeValue> source) {
        var change = Put.builder()
                .tableName(table)
                .item(item(next, seen.version() + 1))
                .conditionExpression("version = :seen")
                .expressionAttributeValues(Map.of(":seen", number(seen.version())))
                .build();
        var removal = Delete.builder()
                .tableName(table)
                .key(source)
                .conditionExpression("attribute_exists(PK)")
                .build();
        try {
            dynamo.transactWriteItems(write -> write.transactItems(
                    TransactWriteItem.builder().put(change).build(),
                    TransactWriteItem.builder().delete(removal).build()));
            return Optional.of(new Kept(next, seen.version() + 1));
        } catch (TransactionCanceledException e) {
            return Optional.empty();
        } finally {
            forget(next.sandboxId());
        }
    }

    /** False when somebody has changed it meanwhile. */
    boolean remove(Kept seen) {
        try {
            dynamo.deleteItem(delete -> delete.tableName(table)
                    .key(key(
                            partition(seen.placement().sandboxId()),
                            seen.placement().sandboxId()))
                    .conditionExpression("attribute_not_exists(PK) OR version = :seen")
                    .expressionAttributeValues(Map.of(":seen", number(seen.version()))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        } finally {
            forget(seen.placement().sandboxId());
        }
    }

    private Map<String, AttributeValue> item(Placement placement, long version) {
        var item = key(partition(placement.sandboxId()), placement.sandboxId());
        item.put(VERSION, number(version));
        try {
            item.put(PLACEMENT, string(json.writeValueAsString(placement)));
        } catch (IOException e) {
            throw new IllegalStateException("a placement that is no JSON", e);
        }
        return item;
    }

    private Kept kept(Map<String, AttributeValue> item) {
        try {
            var placement = json.readValue(required(item, PLACEMENT).s(), Argument.of(Placement.class));
            if (placement == null) {
                throw new IllegalStateException("a placement that is null");
            }
            return new Kept(placement, Long.parseLong(required(item, VERSION).n()));
        } catch (IOException e) {
            throw new IllegalStateException("a placement that nobody can read", e);
        }
    }

    private static String partition(String sandboxId) {
        return PARTITION + Math.floorMod(sandboxId.hashCode(), SHARDS);
    }
}
