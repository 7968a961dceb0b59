package dev.elevo.platform.sandbox;

import dev.elevo.platform.dynamo.BatchRead;
import dev.elevo.platform.dynamo.Together;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads items one by one, and those that are wanted at the same moment with one request. */
final class JoinedReads {
    private final DynamoDbClient dynamo;
    private final String table;
    private final BatchRead batch;
    private final Together<Map<String, AttributeValue>, Optional<Map<String, AttributeValue>>> reads =
            new Together<>(BatchRead.MOST, this::readAll);

    JoinedReads(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
        this.batch = new BatchRead(dynamo, table);
    }

    Optional<Map<String, AttributeValue>> read(Map<String, AttributeValue> key) {
        return reads.ask(key);
    }

    private List<Optional<Map<String, AttributeValue>>> readAll(List<Map<String, AttributeValue>> keys) {
        if (keys.size() == 1) {
            return List.of(readOne(keys.getFirst()));
        }
        var found = batch.read(keys.stream().distinct().toList());
        return keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList();
    }

    private Optional<Map<String, AttributeValue>> readOne(Map<String, AttributeValue> key) {
        var found = dynamo.getItem(request -> request.tableName(table).key(key).consistentRead(true));
        return found.hasItem() ? Optional.of(found.item()) : Optional.empty();
    }
}
