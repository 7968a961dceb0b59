package dev.elevo.platform.dynamo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Reads any number of items by their keys, a hundred at a time. */
public final class BatchRead {
    public static final int MOST = 100;

    private final DynamoDbClient dynamo;
    private final String table;

    public BatchRead(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    /** The items that exist, in the order of their keys. */
    public List<Map<String, AttributeValue>> readInOrder(List<Map<String, AttributeValue>> keys) {
        var found = read(keys);
        return keys.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    /** The items that exist, by their keys. */
    public Map<Map<String, AttributeValue>, Map<String, AttributeValue>> read(List<Map<String, AttributeValue>> keys) {
        var found = new HashMap<Map<String, AttributeValue>, Map<String, AttributeValue>>();
        for (int from = 0; from < keys.size(); from += MOST) {
            var wanted = keys.subList(from, Math.min(from + MOST, keys.size()));
            var request = Map.of(
                    table,
                    KeysAndAttributes.builder()
                            .keys(wanted)
                            .consistentRead(true)
                            .build());
            // An answer may stop at 16 MB, or at what the table can take, and names what it left out.
            for (var backoff = new Backoff(); !request.isEmpty(); ) {
                var now = request;
                var answer = dynamo.batchGetItem(batch -> batch.requestItems(now));
                for (var item : answer.responses().getOrDefault(table, List.of())) {
                    found.put(Attributes.keyOf(item), item);
                }
                request = answer.unprocessedKeys();
                if (!request.isEmpty()) {
                    backoff.pause(null);
                }
            }
        }
        return found;
    }
}
