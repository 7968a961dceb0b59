package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Removes what was recorded of runs that are gone. */
@Singleton
class RunCleaning {
    /** What a request has for it; a run of a million lines is finished by sweeps. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int BATCH = 25;

    private final DynamoDbClient dynamo;
    private final String table;
    private final Litter litter;

    RunCleaning(DynamoDbClient dynamo, DynamoConfiguration configuration, Litter litter) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.litter = litter;
    }

    void clearRecords(RunKey run) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        if (clear(Records.log(run), end) && clear(Records.data(run), end)) {
            litter.cleared(Litter.Kind.RECORDS, run.id());
        }
    }

    /** Whether nothing is left. */
    private boolean clear(String partition, long end) {
        while (System.nanoTime() < end) {
            var keys = dynamo.query(request -> request.tableName(table)
                            .consistentRead(true)
                            .limit(BATCH)
                            .keyConditionExpression("PK = :pk")
                            .projectionExpression("SK")
                            .expressionAttributeValues(Map.of(":pk", string(partition))))
                    .items();
            if (keys.isEmpty()) {
                return true;
            }
            delete(keys.stream()
                    .map(item -> Attributes.key(partition, required(item, "SK").s()))
                    .toList());
        }
        return false;
    }

    private void delete(List<Map<String, AttributeValue>> keys) {
        var left = Map.of(
                table,
                keys.stream()
                        .map(key -> WriteRequest.builder()
                                .deleteRequest(delete -> delete.key(key))
                                .build())
                        .toList());
        for (var backoff = new Backoff(); ; backoff.pause(null)) {
            var now = left;
            left = dynamo.batchWriteItem(request -> request.requestItems(now)).unprocessedItems();
            if (left.isEmpty()) {
                return;
            }
        }
    }
}
