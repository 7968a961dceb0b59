package dev.elevo.platform.engine;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.engine.Workspaces.Arrival;
import dev.elevo.platform.engine.Workspaces.Files;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * Where the files of each snapshot are, or are to come: in the state table, since a bucket cannot say what a whole archive must add up
 * to. One that is being taken is there from before it is begun.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class SavedSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(SavedSnapshots.class);
    private static final String PARTITION = "SAVEDSNAPSHOTS#";
    private static final String SHA = "sha256";

    private final DynamoDbClient dynamo;
    private final String table;

    SavedSnapshots(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /** How far one is. */
    sealed interface Entry {
        /** Of two that were begun, the one that counts. */
        String key();
    }

    record Taken(Files files) implements Entry {
        @Override
        public String key() {
            return files.key();
        }
    }

    /** Whoever finds it may bring it further. */
    record Taking(String sandboxId, String microvmId, long diskBytes, Arrival arrival) implements Entry {
        @Override
        public String key() {
            return arrival.key();
        }
    }

    /** False where another one has been begun: that is the snapshot then. */
    boolean begin(SnapshotSource snapshot, Taking taking) {
        var item = key(PARTITION + snapshot.depot(), snapshot.id());
        item.put("key", string(taking.key()));
        item.put("upload", string(taking.arrival().upload()));
        item.put("since", number(taking.arrival().since().toEpochMilli()));
        item.put("sandbox", string(taking.sandboxId()));
        item.put("microvm", string(taking.microvmId()));
        item.put("disk", number(taking.diskBytes()));
        return put(request -> request.item(item).conditionExpression("attribute_not_exists(PK)"));
    }

    /** False where it is not wanted any more. */
    boolean finish(SnapshotSource snapshot, Files files) {
        var item = key(PARTITION + snapshot.depot(), snapshot.id());
        item.put("key", string(files.key()));
        item.put(SHA, string(files.sha256()));
        item.put("bytes", number(files.bytes()));
        return put(request -> request.item(item)
                .conditionExpression("#key = :key")
                .expressionAttributeNames(Map.of("#key", "key"))
                .expressionAttributeValues(Map.of(":key", string(files.key()))));
    }

    private boolean put(Consumer<PutItemRequest.Builder> saying) {
        try {
            dynamo.putItem(request -> saying.accept(request.tableName(table)));
            return true;
        } catch (ConditionalCheckFailedException another) {
            return false;
        }
    }

    Optional<Entry> find(SnapshotSource snapshot) {
        var item = dynamo.getItem(get -> get.tableName(table)
                        .key(key(PARTITION + snapshot.depot(), snapshot.id()))
                        .consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(entry(item));
    }

    /** Of one that is there. */
    Files files(SnapshotSource snapshot) {
        if (find(snapshot).orElse(null) instanceof Taken(Files files)) {
            return files;
        }
        throw new Failure.Refused(
                        ErrorCode.SNAPSHOT_NOT_FOUND,
                        "Snapshot " + snapshot.id() + " not found",
                        Map.of("snapshotId", snapshot.id()))
                .asException();
    }

    /** This one and no other that was begun since. */
    void forget(SnapshotSource snapshot, Entry entry) {
        try {
            dynamo.deleteItem(delete -> delete.tableName(table)
                    .key(key(PARTITION + snapshot.depot(), snapshot.id()))
                    .conditionExpression("attribute_not_exists(PK) OR #key = :key")
                    .expressionAttributeNames(Map.of("#key", "key"))
                    .expressionAttributeValues(Map.of(":key", string(entry.key()))));
        } catch (ConditionalCheckFailedException another) {
            LOG.info("{} was begun anew while it was deleted", snapshot, another);
        }
    }

    List<String> ids(String depot) {
        return dynamo
                .queryPaginator(query -> query.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :depot")
                        .expressionAttributeValues(Map.of(":depot", string(PARTITION + depot))))
                .items()
                .stream()
                .map(item -> required(item, StateTable.SORT_KEY).s())
                .toList();
    }

    private static Entry entry(Map<String, AttributeValue> item) {
        var key = required(item, "key").s();
        if (item.containsKey(SHA)) {
            return new Taken(new Files(
                    key,
                    required(item, SHA).s(),
                    Long.parseLong(required(item, "bytes").n())));
        }
        var since = Instant.ofEpochMilli(Long.parseLong(required(item, "since").n()));
        return new Taking(
                required(item, "sandbox").s(),
                required(item, "microvm").s(),
                Long.parseLong(required(item, "disk").n()),
                new Arrival(key, required(item, "upload").s(), since));
    }
}
