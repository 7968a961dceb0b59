package dev.elevo.functions.admin.gateway;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A note in the state table that the rules are changing. It is written before the change and after it: who sees the first one
 * reads the rules again and again until the change must be over, so one that dies in between is no secret.
 */
@Singleton
class RuleNote {
    private static final Map<String, AttributeValue> KEY = Map.copyOf(key("GATEWAY", "RULES"));

    /** Longer than it may take from here to a commit: a connection, and three answers of the database, each of which may be late. */
    static final Duration UNSETTLED = Duration.ofSeconds(60);

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    /**
     * What the note says.
     *
     * @param isSettled no change is under way
     */
    record Seen(long revision, boolean isSettled, String deployment) {
        static final Seen NEVER = new Seen(-1, false, "");

        /** What was read while a change was under way may be from before it. */
        boolean isAsBefore(Seen before) {
            return isSettled && before.isSettled() && revision == before.revision();
        }
    }

    RuleNote(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    Seen look() {
        var item = dynamo.getItem(request -> request.tableName(table).key(KEY).consistentRead(true))
                .item();
        if (item.isEmpty()) {
            return new Seen(0, true, "");
        }
        return new Seen(
                Long.parseLong(required(item, "revision").n()),
                Long.parseLong(required(item, "settledAt").n()) <= clock.millis(),
                required(item, "deployment").s());
    }

    void change() {
        dynamo.updateItem(request -> request.tableName(table)
                .key(KEY)
                .updateExpression(
                        "SET settledAt = :until, deployment = if_not_exists(deployment, :new)" + " ADD revision :one")
                .expressionAttributeValues(Map.of(
                        ":until", number(clock.millis() + UNSETTLED.toMillis()),
                        ":new", string(UUID.randomUUID().toString()),
                        ":one", number(1))));
    }
}
