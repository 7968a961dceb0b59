package dev.elevo.platform.audit;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.Together;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A partition per organization and day, in the order of time. */
@Singleton
public final class DynamoAuditTrail implements AuditTrail {
    /** What the table takes at once. */
    public static final int MOST_TOGETHER = 25;

    static final Duration KEPT = Duration.ofDays(90);
    static final int DATE_LENGTH = "2026-01-01".length();

    private final DynamoDbClient dynamo;
    private final String table;
    private final Together<Map<String, AttributeValue>, Boolean> writes = new Together<>(MOST_TOGETHER, this::write);

    public DynamoAuditTrail(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    @Override
    public void record(AuditEvent event) {
        writes.ask(item(event));
    }

    /** Several with one request, {@link #MOST_TOGETHER} at the most, of which no two are of the same change. */
    public void record(List<AuditEvent> events) {
        write(events.stream().map(DynamoAuditTrail::item).toList());
    }

    /** Of the transaction that does what is recorded: neither is there without the other. */
    public static TransactWriteItem part(String table, AuditEvent event) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item(event)))
                .build();
    }

    private List<Boolean> write(List<Map<String, AttributeValue>> items) {
        if (items.size() == 1) {
            dynamo.putItem(request -> request.tableName(table).item(items.getFirst()));
            return List.of(true);
        }
        var left = Map.of(table, items.stream().map(DynamoAuditTrail::put).toList());
        for (var backoff = new Backoff(); !left.isEmpty(); ) {
            var now = left;
            // The table may take a part and name the rest.
            left = dynamo.batchWriteItem(batch -> batch.requestItems(now)).unprocessedItems();
            if (!left.isEmpty()) {
                backoff.pause(null);
            }
        }
        return items.stream().map(item -> true).toList();
    }

    private static WriteRequest put(Map<String, AttributeValue> item) {
        return WriteRequest.builder()
                .putRequest(PutRequest.builder().item(item).build())
                .build();
    }

    static String partition(String organizationId, String date) {
        return "AUDIT#" + organizationId + "#" + date;
    }

    private static Map<String, AttributeValue> item(AuditEvent event) {
        var time = InstantSerde.format(event.timestamp());
        var item = Attributes.key(
                partition(event.organizationId(), time.substring(0, DATE_LENGTH)), time + "#" + event.id());
        item.put(StateTable.TTL, number(event.timestamp().plus(KEPT).getEpochSecond()));
        item.put("id", string(event.id()));
        item.put("type", string(event.type()));
        item.put("resource", string(event.resource()));
        item.put("action", string(event.action()));
        item.put("outcome", string(event.outcome().label()));
        item.put("timestamp", string(time));
        item.put("requestId", string(event.requestId()));
        item.put("clientType", string(event.clientType()));
        item.put("remoteAddr", string(event.remoteAddr()));
        item.put(
                "metadata",
                AttributeValue.fromM(event.metadata().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> string(entry.getValue())))));
        if (event.userId() != null) {
            item.put("userId", string(event.userId()));
        }
        if (event.keyId() != null) {
            item.put("keyId", string(event.keyId()));
        }
        return item;
    }
}
