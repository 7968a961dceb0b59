package dev.elevo.functions.admin.gateway.forward;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Windows in the state table, where all instances share them; each write is on the condition that nobody wrote meanwhile. */
@Singleton
class WindowStore {
    private static final String SECONDS = "seconds";
    private static final String REVISION = "revision";
    private static final long KEEP_SECONDS = 180;

    private final DynamoDbClient dynamo;
    private final String table;

    /** What was granted of what was wanted, and the window after it. */
    record Taken(int granted, Window window, long revision) {}

    WindowStore(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /** @param seen of the last time; a wrong guess costs a call, never a wrong answer */
    Taken take(String name, int limit, int wanted, long now, @Nullable Taken seen) {
        var window = Window.of(seen == null ? "" : seen.window().text(), now);
        var revision = seen == null ? 0 : seen.revision();
        var backoff = new Backoff();
        while (true) {
            var granted = Math.clamp((long) limit - window.passed(), 0, wanted);
            if (granted == 0 && seen != null && revision == seen.revision() && window.passed() >= limit) {
                // Known to be full: others can only have made it fuller.
                return new Taken(0, window, revision);
            }
            window.pass(granted, now);
            try {
                write(name, window, revision, now);
                return new Taken(granted, window, revision + 1);
            } catch (ConditionalCheckFailedException e) {
                revision = e.hasItem()
                        ? Long.parseLong(required(e.item(), REVISION).n())
                        : 0;
                window = Window.of(e.hasItem() ? required(e.item(), SECONDS).s() : "", now);
                if (window.passed() >= limit) {
                    return new Taken(0, window, revision);
                }
                backoff.pause(e);
            }
        }
    }

    private void write(String name, Window window, long revision, long now) {
        var item = new HashMap<>(key("WINDOW#" + name, "WINDOW"));
        item.put(SECONDS, string(window.text()));
        item.put(REVISION, number(revision + 1));
        item.put(StateTable.TTL, number(now + KEEP_SECONDS));
        dynamo.putItem(request -> {
            request.tableName(table)
                    .item(item)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
            if (revision == 0) {
                request.conditionExpression("attribute_not_exists(PK)");
            } else {
                request.conditionExpression(REVISION + " = :seen")
                        .expressionAttributeValues(Map.of(":seen", number(revision)));
            }
        });
    }
}
