package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.bytes;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.functions.runs.Records.Recorded;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The metrics of runs: an item for each report, in which the points of a metric are so many bytes. */
@Singleton
final class RunPoints {
    private static final String REPORT = "M#";

    private final DynamoDbClient dynamo;
    private final String table;
    private final Records records;
    private final InstantSource clock;

    RunPoints(DynamoDbClient dynamo, DynamoConfiguration configuration, Records records, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.records = records;
        this.clock = clock;
    }

    /** @param attempt the idempotency key of the report */
    Recorded add(RunKey run, Map<String, List<Point>> points, @Nullable String attempt) {
        var count = points.values().stream().mapToInt(List::size).sum();
        var parts = parts(run, points, count, attempt);
        for (var backoff = new Backoff(); ; ) {
            if (Parts.write(dynamo, parts).isEmpty()) {
                return new Recorded.Done();
            }
            var head = records.head(run);
            if (head.isEmpty()) {
                return new Recorded.NoRun();
            }
            if (attempt != null && records.hasAttempt(run, attempt)) {
                return new Recorded.Done();
            }
            var end = head.get().end();
            if (end != null) {
                return new Recorded.Finished(end);
            }
            if (head.get().points() + count > RunLimits.POINTS_PER_RUN) {
                return new Recorded.Full("metric points", RunLimits.POINTS_PER_RUN);
            }
            backoff.pause(null);
        }
    }

    private List<TransactWriteItem> parts(
            RunKey run, Map<String, List<Point>> points, int count, @Nullable String attempt) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(Records.headKey(run))
                        .updateExpression("ADD #points :count")
                        .conditionExpression("#points <= :room AND attribute_not_exists(#end)")
                        .expressionAttributeNames(Map.of("#points", "points", "#end", "end"))
                        .expressionAttributeValues(Map.of(
                                ":count", number(count), ":room", number((long) RunLimits.POINTS_PER_RUN - count))))
                .build());
        var item = Attributes.key(
                Records.data(run), REPORT + InstantSerde.format(clock.instant()) + "#" + Ids.EVENT.random());
        item.put(
                "points",
                AttributeValue.fromM(points.entrySet().stream()
                        .collect(
                                Collectors.toMap(Map.Entry::getKey, metric -> bytes(Point.write(metric.getValue()))))));
        parts.add(records.put(item));
        if (attempt != null) {
            parts.add(records.attempt(run, attempt));
        }
        return parts;
    }

    /**
     * Those of the run by the names of the metrics, but for those that have none.
     *
     * @param names of those wanted; none named means every one
     * @param steps whether those of a step are wanted
     */
    Map<String, Points> of(RunKey run, Collection<String> names, LongPredicate steps) {
        var found = new TreeMap<String, Points>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk AND begins_with(SK, :report)")
                        .expressionAttributeValues(Map.of(":pk", string(Records.data(run)), ":report", string(REPORT))))
                .items()
                .forEach(item -> required(item, "points").m().forEach((name, points) -> {
                    if (names.isEmpty() || names.contains(name)) {
                        found.computeIfAbsent(name, first -> roomFor(found.size()))
                                .add(points.b().asByteBuffer(), steps);
                    }
                }));
        found.values().removeIf(points -> points.size() == 0);
        return found;
    }

    /** A run may have as many names as points, and no answer holds them. */
    private static Points roomFor(int metrics) {
        if (metrics >= RunLimits.METRICS_IN_ANSWER) {
            throw Failure.Invalid.field(
                            "name", "must say which of more than " + RunLimits.METRICS_IN_ANSWER + " metrics", null)
                    .asException();
        }
        return new Points();
    }
}
