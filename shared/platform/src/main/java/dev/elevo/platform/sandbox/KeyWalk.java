package dev.elevo.platform.sandbox;

import dev.elevo.contract.SandboxTable.LocalIndex;
import dev.elevo.contract.sandbox.SandboxState;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Walks one partition in the order of one index, reading keys only. */
final class KeyWalk {

    /** One sandbox on the way. */
    record Step(Map<String, AttributeValue> primaryKey, String indexKey) {
        String id() {
            return SandboxItem.text(primaryKey, SandboxKeys.SK);
        }

        SandboxState state() {
            return SandboxKeys.state(indexKey);
        }

        String position() {
            return SandboxKeys.position(indexKey);
        }
    }

    private final DynamoDbClient dynamo;
    private final String table;

    KeyWalk(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    /** What lies beyond the position, or everything; fetched as it is asked for. */
    Iterator<Step> walk(String partition, LocalIndex index, boolean descending, @Nullable String beyond) {
        var request = QueryRequest.builder()
                .tableName(table)
                .indexName(index.name())
                .consistentRead(true)
                .scanIndexForward(!descending);
        if (beyond == null) {
            request.keyConditionExpression("PK = :pk")
                    .expressionAttributeValues(Map.of(":pk", SandboxItem.string(partition)));
        } else {
            // Index keys begin with the position of their item, so they are all greater than it.
            var bound = descending ? beyond : SandboxKeys.justAfter(beyond);
            request.keyConditionExpression("PK = :pk AND " + index.sortKey() + (descending ? " < " : " > ") + ":bound")
                    .expressionAttributeValues(
                            Map.of(":pk", SandboxItem.string(partition), ":bound", SandboxItem.string(bound)));
        }
        return dynamo.queryPaginator(request.build()).items().stream()
                .map(item -> new Step(SandboxKeys.keyOf(item), SandboxItem.text(item, index.sortKey())))
                .iterator();
    }
}
