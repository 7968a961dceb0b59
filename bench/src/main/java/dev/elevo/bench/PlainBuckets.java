package dev.elevo.bench;

import dev.elevo.contract.StateTable;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Token buckets as one would write them first: the peer of our limiter, with the same client on the same table. */
final class PlainBuckets {
    private static final String USED = "used";
    private static final String VERSION = "version";

    private final DynamoDbClient dynamo;
    private final String table;

    PlainBuckets(StateServer state) {
        this.dynamo = state.client();
        this.table = state.configuration().table();
    }

    /** Reads the bucket, counts, and writes it back on the condition that nobody else did. */
    void getAndPut(String caller) {
        var found = dynamo.getItem(
                        request -> request.tableName(table).key(key(caller)).consistentRead(true))
                .item();
        var next = new HashMap<>(key(caller));
        next.put(USED, number(found.isEmpty() ? 1 : read(found, USED) + 1));
        next.put(VERSION, number(found.isEmpty() ? 1 : read(found, VERSION) + 1));
        try {
            dynamo.putItem(request -> {
                request.tableName(table).item(next);
                if (found.isEmpty()) {
                    request.conditionExpression("attribute_not_exists(" + VERSION + ")");
                } else {
                    request.conditionExpression(VERSION + " = :seen")
                            .expressionAttributeValues(Map.of(":seen", number(read(found, VERSION))));
                }
            });
        } catch (ConditionalCheckFailedException e) {
            throw new WrongReply("somebody else wrote this bucket");
        }
    }

    /** One conditional write for one decision. */
    void update(String caller) {
        dynamo.updateItem(request -> request.tableName(table)
                .key(key(caller))
                .updateExpression("ADD " + USED + " :one")
                .conditionExpression("attribute_not_exists(" + USED + ") OR " + USED + " < :limit")
                .expressionAttributeValues(Map.of(":one", number(1), ":limit", number(Long.MAX_VALUE))));
    }

    private static Map<String, AttributeValue> key(String caller) {
        return Map.of(
                StateTable.PARTITION_KEY, AttributeValue.fromS("BENCH#" + caller),
                StateTable.SORT_KEY, AttributeValue.fromS("BUCKET"));
    }

    private static long read(Map<String, AttributeValue> item, String attribute) {
        return Long.parseLong(item.getOrDefault(attribute, number(0)).n());
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
