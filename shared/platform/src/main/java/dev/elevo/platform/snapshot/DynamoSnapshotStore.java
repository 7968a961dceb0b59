package dev.elevo.platform.snapshot;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Ids;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.Rules;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.sandbox.Contention;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Snapshots in the state table. An organization has as many as its quota allows, so a list of them is read whole; name, quota and
 * register move in the same transaction as the snapshot.
 */
@Singleton
final class DynamoSnapshotStore implements SnapshotStore {
    private static final Pattern NAME = Pattern.compile(Rules.NAME);
    private static final int LONGEST_NAME = 63;
    private static final String REGISTER = "SNAPREG";
    private static final String LITTER = "SNAPLITTER";
    private static final String LIVE = "live";

    private final DynamoDbClient dynamo;
    private final String table;
    private final SnapshotItem items;

    DynamoSnapshotStore(DynamoDbClient dynamo, DynamoConfiguration configuration, JsonMapper json) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.items = new SnapshotItem(json);
    }

    @Override
    public Created create(Snapshot snapshot, int quota) {
        var parts = List.of(
                putIfAbsent(items.write(snapshot)),
                putIfAbsent(with(name(snapshot), "id", snapshot.id())),
                counted(
                        snapshot,
                        "attribute_not_exists(#live) OR #live < :quota",
                        Map.of(":by", number(1), ":quota", number(quota))),
                put(with(key(REGISTER, snapshot.id()), "org", snapshot.organizationId())));
        try {
            Contention.overcome(() -> dynamo.transactWriteItems(request -> request.transactItems(parts)));
            return new Created.Done();
        } catch (TransactionCanceledException e) {
            if (failed(e, 0)) {
                return new Created.Existed(
                        items.read(e.cancellationReasons().getFirst().item()));
            }
            if (failed(e, 1)) {
                return new Created.NameTaken();
            }
            if (failed(e, 2)) {
                return new Created.QuotaReached();
            }
            throw e;
        }
    }

    @Override
    public Optional<Snapshot> find(String organizationId, String idOrName) {
        if (Ids.SNAPSHOT.matches(idOrName)) {
            var byId = get(organizationId, idOrName);
            if (byId.isPresent()) {
                return byId;
            }
        }
        // What cannot be a name is not asked for: the table refuses keys that are too long.
        return NAME.matcher(idOrName).matches() && idOrName.length() <= LONGEST_NAME
                ? item(name(organizationId, idOrName))
                        .flatMap(claim ->
                                get(organizationId, required(claim, "id").s()))
                : Optional.empty();
    }

    @Override
    public List<Snapshot> list(String organizationId) {
        return partition(SnapshotItem.partition(organizationId))
                .map(items::read)
                .toList();
    }

    @Override
    public Optional<Snapshot> replace(Snapshot seen, Snapshot next) {
        var saved = next.atVersion(seen.version() + 1);
        try {
            Contention.overcome(() -> dynamo.putItem(request -> request.tableName(table)
                    .item(items.write(saved))
                    .conditionExpression("version = :seen")
                    .expressionAttributeValues(seenVersion(seen))));
            return Optional.of(saved);
        } catch (ConditionalCheckFailedException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean remove(Snapshot seen) {
        var parts = List.of(
                TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table)
                                .key(SnapshotItem.key(seen.organizationId(), seen.id()))
                                .conditionExpression("version = :seen")
                                .expressionAttributeValues(seenVersion(seen)))
                        .build(),
                delete(name(seen)),
                counted(seen, null, Map.of(":by", number(-1))),
                delete(key(REGISTER, seen.id())),
                TransactWriteItem.builder()
                        .update(update -> update.tableName(table)
                                .key(key(LITTER, seen.organizationId()))
                                .updateExpression("ADD noted :one")
                                .expressionAttributeValues(Map.of(":one", number(1))))
                        .build());
        try {
            Contention.overcome(() -> dynamo.transactWriteItems(request -> request.transactItems(parts)));
            return true;
        } catch (TransactionCanceledException e) {
            if (failed(e, 0)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean use(Snapshot snapshot, String sandboxId) {
        try {
            Contention.overcome(() -> dynamo.updateItem(request -> request.tableName(table)
                    .key(SnapshotItem.key(snapshot.organizationId(), snapshot.id()))
                    .updateExpression("ADD #users :user, version :one")
                    .conditionExpression("#state = :available")
                    .expressionAttributeNames(Map.of("#users", SnapshotItem.USERS, "#state", "state"))
                    .expressionAttributeValues(Map.of(
                            ":user",
                            AttributeValue.fromSs(List.of(sandboxId)),
                            ":one",
                            number(1),
                            ":available",
                            string(SnapshotState.AVAILABLE.name())))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    @Override
    public void release(String organizationId, String snapshotId, String sandboxId) {
        try {
            Contention.overcome(() -> dynamo.updateItem(request -> request.tableName(table)
                    .key(SnapshotItem.key(organizationId, snapshotId))
                    .updateExpression("DELETE #users :user ADD version :one")
                    .conditionExpression("contains(#users, :id)")
                    .expressionAttributeNames(Map.of("#users", SnapshotItem.USERS))
                    .expressionAttributeValues(Map.of(
                            ":user",
                            AttributeValue.fromSs(List.of(sandboxId)),
                            ":one",
                            number(1),
                            ":id",
                            string(sandboxId)))));
        } catch (ConditionalCheckFailedException releasedAlready) {
            return;
        }
    }

    @Override
    public List<Snapshot> all() {
        return partition(REGISTER)
                .map(entry -> get(
                        required(entry, "org").s(),
                        required(entry, StateTable.SORT_KEY).s()))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void litter(String organizationId) {
        dynamo.updateItem(request -> request.tableName(table)
                .key(key(LITTER, organizationId))
                .updateExpression("ADD noted :one")
                .expressionAttributeValues(Map.of(":one", number(1))));
    }

    @Override
    public List<Litter> littered() {
        return partition(LITTER)
                .map(entry -> new Litter(
                        required(entry, StateTable.SORT_KEY).s(),
                        Long.parseLong(required(entry, "noted").n())))
                .toList();
    }

    @Override
    public void clean(Litter litter) {
        try {
            dynamo.deleteItem(request -> request.tableName(table)
                    .key(key(LITTER, litter.organizationId()))
                    .conditionExpression("noted = :seen")
                    .expressionAttributeValues(Map.of(":seen", number(litter.count()))));
        } catch (ConditionalCheckFailedException moreMeanwhile) {
            return;
        }
    }

    private Stream<Map<String, AttributeValue>> partition(String partition) {
        return dynamo
                .queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", string(partition))))
                .items()
                .stream();
    }

    private Optional<Snapshot> get(String organizationId, String id) {
        return item(SnapshotItem.key(organizationId, id)).map(items::read);
    }

    private Optional<Map<String, AttributeValue>> item(Map<String, AttributeValue> key) {
        var found = dynamo.getItem(request -> request.tableName(table).key(key).consistentRead(true));
        return found.hasItem() ? Optional.of(found.item()) : Optional.empty();
    }

    private static Map<String, AttributeValue> name(Snapshot snapshot) {
        return name(snapshot.organizationId(), snapshot.name());
    }

    private static Map<String, AttributeValue> name(String organizationId, String name) {
        return key("ORG#" + organizationId + "#SNAPNAME", name);
    }

    private static Map<String, AttributeValue> with(Map<String, AttributeValue> key, String name, String value) {
        var item = new HashMap<>(key);
        item.put(name, string(value));
        return item;
    }

    private static Map<String, AttributeValue> seenVersion(Snapshot seen) {
        return Map.of(":seen", number(seen.version()));
    }

    private TransactWriteItem counted(
            Snapshot snapshot, @Nullable String condition, Map<String, AttributeValue> values) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(key("ORG#" + snapshot.organizationId() + "#COUNT", "SNAP"))
                        .updateExpression("ADD #live :by")
                        .conditionExpression(condition)
                        .expressionAttributeNames(Map.of("#live", LIVE))
                        .expressionAttributeValues(values))
                .build();
    }

    private TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(PK)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem put(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    private TransactWriteItem delete(Map<String, AttributeValue> key) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table).key(key))
                .build();
    }

    private static boolean failed(TransactionCanceledException e, int part) {
        return "ConditionalCheckFailed".equals(e.cancellationReasons().get(part).code());
    }
}
