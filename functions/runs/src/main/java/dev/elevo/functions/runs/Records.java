package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.contract.run.RunStatus;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * What is recorded of a run lies in two partitions of its own: lines of its log, so that the table's stream tells of these alone,
 * and the rest. A head says how much there is and whether there may be more; it is apart from the run, which may be a hundred times
 * as large, and changes with each report.
 */
@Singleton
final class Records {
    private static final String LOG = "RUNLOG#";
    private static final String DATA = "RUNDATA#";
    private static final String HEAD = "HEAD";
    private static final String ATTEMPT = "A#";

    /** Behind all lines. */
    private static final String END = "~END";

    /** As long as an idempotency key is remembered. */
    private static final Duration ATTEMPT_LIFE = Duration.ofHours(24);

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    Records(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    /** Names one run among those of all organizations. */
    record RunKey(String organizationId, String id) {
        static RunKey of(Run run) {
            return new RunKey(run.organizationId(), run.id());
        }

        /** Its id is the last word, and has no separator in it. */
        String spell() {
            return organizationId + "#" + id;
        }

        static RunKey parse(String text) {
            var end = text.lastIndexOf('#');
            return new RunKey(text.substring(0, end), text.substring(end + 1));
        }
    }

    /** What became of a report. */
    sealed interface Recorded {
        record Done() implements Recorded {}

        record NoRun() implements Recorded {}

        record Finished(RunStatus status) implements Recorded {}

        record Full(String resource, long limit) implements Recorded {}
    }

    /**
     * How much is recorded.
     *
     * @param end how it has ended; then nothing is added any more
     * @param took how long it took, once it has ended
     */
    record Head(
            long lines, long bytes, long points, @Nullable RunStatus end, Duration took) {}

    Optional<Head> head(RunKey run) {
        var found = dynamo.getItem(request ->
                request.tableName(table).key(Attributes.key(data(run), HEAD)).consistentRead(true));
        if (!found.hasItem()) {
            return Optional.empty();
        }
        var item = found.item();
        var end = item.get("end");
        return Optional.of(new Head(
                count(item, "lines"),
                count(item, "bytes"),
                count(item, "points"),
                end == null ? null : RunStatus.of(end.s()),
                Duration.ofMillis(count(item, "tookMs"))));
    }

    TransactWriteItem begin(Run run) {
        var item = Attributes.key(data(RunKey.of(run)), HEAD);
        item.put("lines", number(0));
        item.put("bytes", number(0));
        item.put("points", number(0));
        return put(item);
    }

    /** What tells the readers of its log is an item too: of changes the table's stream says nothing. */
    List<TransactWriteItem> end(Run run) {
        var finishedAt = run.finishedAt() == null ? clock.instant() : run.finishedAt();
        return List.of(
                TransactWriteItem.builder()
                        .update(update -> update.tableName(table)
                                .key(Attributes.key(data(RunKey.of(run)), HEAD))
                                .updateExpression("SET #end = :end, tookMs = :took")
                                .conditionExpression("attribute_exists(PK)")
                                .expressionAttributeNames(Map.of("#end", "end"))
                                .expressionAttributeValues(Map.of(
                                        ":end", string(run.status().label()),
                                        ":took",
                                                number(Duration.between(run.createdAt(), finishedAt)
                                                        .toMillis()))))
                        .build(),
                put(Attributes.key(log(RunKey.of(run)), END)));
    }

    /** Nothing is recorded any more; what is there is left, and its readers are told as at an end. */
    List<TransactWriteItem> forget(Run run) {
        return List.of(
                TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table).key(Attributes.key(data(RunKey.of(run)), HEAD)))
                        .build(),
                put(Attributes.key(log(RunKey.of(run)), END)));
    }

    /** Whether a report was made with this idempotency key. */
    boolean hasAttempt(RunKey run, String key) {
        var found = dynamo.getItem(request -> request.tableName(table)
                .key(Attributes.key(data(run), ATTEMPT + key))
                .consistentRead(true));
        return found.hasItem()
                && Long.parseLong(required(found.item(), StateTable.TTL).n())
                        > clock.instant().getEpochSecond();
    }

    /** Part of a report that was made with an idempotency key: a second one with it finds this. */
    TransactWriteItem attempt(RunKey run, String key) {
        var item = Attributes.key(data(run), ATTEMPT + key);
        item.put(StateTable.TTL, number(clock.instant().plus(ATTEMPT_LIFE).getEpochSecond()));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(PK) OR #ttl <= :now")
                        .expressionAttributeNames(Map.of("#ttl", StateTable.TTL))
                        .expressionAttributeValues(
                                Map.of(":now", number(clock.instant().getEpochSecond()))))
                .build();
    }

    TransactWriteItem put(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    static Map<String, AttributeValue> headKey(RunKey run) {
        return Attributes.key(data(run), HEAD);
    }

    static String log(RunKey run) {
        return LOG + run.spell();
    }

    static String data(RunKey run) {
        return DATA + run.spell();
    }

    /** The run whose log lies in the partition. */
    static Optional<RunKey> ofLog(String partition) {
        return partition.startsWith(LOG)
                ? Optional.of(RunKey.parse(partition.substring(LOG.length())))
                : Optional.empty();
    }

    private static long count(Map<String, AttributeValue> item, String name) {
        var value = item.get(name);
        return value == null ? 0 : Long.parseLong(value.n());
    }
}
