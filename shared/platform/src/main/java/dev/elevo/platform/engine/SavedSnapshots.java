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
import dev.elevo.platform.engine.Workspaces.Files;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Where the files of each snapshot are: in the state table, since a bucket cannot say what a whole archive must add up to. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class SavedSnapshots {
    private static final String PARTITION = "SAVEDSNAPSHOTS#";

    private final DynamoDbClient dynamo;
    private final String table;

    SavedSnapshots(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /** False where another one has been noted: that is the snapshot then. */
    boolean note(SnapshotSource snapshot, Files files) {
        var item = key(PARTITION + snapshot.depot(), snapshot.id());
        item.put("key", string(files.key()));
        item.put("sha256", string(files.sha256()));
        item.put("bytes", number(files.bytes()));
        try {
            dynamo.putItem(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(PK)"));
            return true;
        } catch (ConditionalCheckFailedException another) {
            return false;
        }
    }

    Optional<Files> find(SnapshotSource snapshot) {
        var item = dynamo.getItem(get -> get.tableName(table)
                        .key(key(PARTITION + snapshot.depot(), snapshot.id()))
                        .consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(files(item));
    }

    /** Of one that is there. */
    Files files(SnapshotSource snapshot) {
        return find(snapshot)
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.SNAPSHOT_NOT_FOUND,
                                "Snapshot " + snapshot.id() + " not found",
                                Map.of("snapshotId", snapshot.id()))
                        .asException());
    }

    void forget(SnapshotSource snapshot) {
        dynamo.deleteItem(delete -> delete.tableName(table).key(key(PARTITION + snapshot.depot(), snapshot.id())));
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

    private static Files files(Map<String, AttributeValue> item) {
        return new Files(
                required(item, "key").s(),
                required(item, "sha256").s(),
                Long.parseLong(required(item, "bytes").n()));
    }
}
