package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.sandbox.Contention;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * What is to be cleared away: what was dropped, and what is being put down and not yet anybody's. It is noted here before it is put
 * down, and in the transaction that drops it, so that nothing is left whoever dies.
 */
@Singleton
final class Litter {
    private static final String PARTITION = "RUNLITTER";

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    Litter(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    enum Kind {
        /** What was recorded of a run; its name is the run's id. */
        RECORDS,
        /** A content; its name is the blob's key. */
        BLOB
    }

    /** @param dropped it is nobody's any more; otherwise somebody may be about to make it his */
    record Piece(Kind kind, String organizationId, String name, boolean dropped, Instant since) {
        private String sort() {
            return kind + "#" + name;
        }
    }

    /** Before it is put down. */
    void announce(Kind kind, String organizationId, String name) {
        dynamo.putItem(request -> request.tableName(table).item(item(kind, organizationId, name, false)));
    }

    /** Part of the transaction that makes it somebody's; refused where it was given up meanwhile. */
    TransactWriteItem kept(Kind kind, String name) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(Attributes.key(PARTITION, kind + "#" + name))
                        .conditionExpression("dropped = :no")
                        .expressionAttributeValues(Map.of(":no", AttributeValue.fromBool(false))))
                .build();
    }

    /** Part of the transaction after which it is nobody's. */
    TransactWriteItem dropped(Kind kind, String organizationId, String name) {
        var item = item(kind, organizationId, name, true);
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    /** What nobody will make his any more: it was dropped, or is older than any attempt gets. */
    List<Piece> due(Duration abandoned) {
        var limit = clock.instant().minus(abandoned);
        var pieces = new ArrayList<Piece>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", string(PARTITION))))
                .items()
                .forEach(item -> pieces.add(read(item)));
        return pieces.stream()
                .filter(piece -> piece.dropped() || !piece.since().isAfter(limit))
                .filter(piece -> piece.dropped() || giveUp(piece))
                .toList();
    }

    /** From then on whoever still works at it cannot make it his. */
    private boolean giveUp(Piece piece) {
        try {
            Contention.overcome(() -> dynamo.updateItem(request -> request.tableName(table)
                    .key(Attributes.key(PARTITION, piece.sort()))
                    .updateExpression("SET dropped = :yes")
                    .conditionExpression("attribute_exists(PK)")
                    .expressionAttributeValues(Map.of(":yes", AttributeValue.fromBool(true)))));
            return true;
        } catch (ConditionalCheckFailedException kept) {
            return false;
        }
    }

    /** Nothing of it is left. */
    void cleared(Kind kind, String name) {
        dynamo.deleteItem(request -> request.tableName(table).key(Attributes.key(PARTITION, kind + "#" + name)));
    }

    /** Where it is noted. */
    static boolean isIn(String partition) {
        return partition.equals(PARTITION);
    }

    private Map<String, AttributeValue> item(Kind kind, String organizationId, String name, boolean dropped) {
        var item = Attributes.key(PARTITION, kind + "#" + name);
        item.put("org", string(organizationId));
        item.put("dropped", AttributeValue.fromBool(dropped));
        item.put("since", number(clock.instant().toEpochMilli()));
        return item;
    }

    private static Piece read(Map<String, AttributeValue> item) {
        var words = required(item, "SK").s().split("#", 2);
        return new Piece(
                Kind.valueOf(words[0]),
                required(item, "org").s(),
                words[1],
                required(item, "dropped").bool(),
                Instant.ofEpochMilli(Long.parseLong(required(item, "since").n())));
    }
}
