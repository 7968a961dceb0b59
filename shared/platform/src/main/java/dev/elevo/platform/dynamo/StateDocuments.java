package dev.elevo.platform.dynamo;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;

import dev.elevo.contract.StateTable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Records of the state table that are written and read whole. */
public final class StateDocuments {
    private static final String VERSION = "version";

    private final DynamoDbClient dynamo;
    private final String table;

    public StateDocuments(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    public Optional<Map<String, AttributeValue>> find(String partition, String sort) {
        var found = dynamo.getItem(
                request -> request.tableName(table).key(key(partition, sort)).consistentRead(true));
        return found.hasItem() ? Optional.of(found.item()) : Optional.empty();
    }

    /** The table forgets it some time after the given one. */
    public void putUntil(String partition, String sort, Map<String, AttributeValue> document, Instant end) {
        var item = keyed(partition, sort, document);
        item.put(StateTable.TTL, number(end.getEpochSecond()));
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    /** Unless a newer version of it is there. */
    public void putNewest(String partition, String sort, Map<String, AttributeValue> document, long version) {
        var item = keyed(partition, sort, document);
        item.put(VERSION, number(version));
        try {
            dynamo.putItem(request -> request.tableName(table)
                    .item(item)
                    .conditionExpression("attribute_not_exists(#version) OR #version <= :version")
                    .expressionAttributeNames(Map.of("#version", VERSION))
                    .expressionAttributeValues(Map.of(":version", number(version))));
        } catch (ConditionalCheckFailedException e) {
            // Whoever wrote that knew more.
        }
    }

    private static Map<String, AttributeValue> keyed(
            String partition, String sort, Map<String, AttributeValue> document) {
        var item = new HashMap<>(document);
        item.putAll(key(partition, sort));
        return item;
    }
}
