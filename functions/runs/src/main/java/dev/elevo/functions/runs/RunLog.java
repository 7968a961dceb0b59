package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.run.RunLimits;
import dev.elevo.functions.runs.Records.Head;
import dev.elevo.functions.runs.Records.Recorded;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The lines of a run, numbered without gaps: those of one report are together, and two that come at once come one after the other. A
 * line's place is how many stand before it.
 */
@Singleton
final class RunLog {
    /** Of one item; with the line that is one too many it is less than the 400 KB an item may have. */
    private static final int ITEM_BYTES = 300_000;

    private static final int ITEMS_AT_ONCE = 4;
    private static final String LINE = "L#";

    private final DynamoDbClient dynamo;
    private final String table;
    private final Records records;

    RunLog(DynamoDbClient dynamo, DynamoConfiguration configuration, Records records) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.records = records;
    }

    /** @param attempt the idempotency key of the report */
    Recorded append(RunKey run, List<String> lines, @Nullable String attempt) {
        var bytes = lines.stream().mapToLong(RunLog::bytes).sum();
        for (var backoff = new Backoff(); ; ) {
            var found = records.head(run);
            if (found.isEmpty()) {
                return new Recorded.NoRun();
            }
            var head = found.get();
            if (attempt != null && records.hasAttempt(run, attempt)) {
                return new Recorded.Done();
            }
            if (head.end() != null) {
                return new Recorded.Finished(head.end());
            }
            if (head.lines() + lines.size() > RunLimits.LOG_LINES_PER_RUN) {
                return new Recorded.Full("log lines", RunLimits.LOG_LINES_PER_RUN);
            }
            if (head.bytes() + bytes > RunLimits.LOG_BYTES_PER_RUN) {
                return new Recorded.Full("log bytes", RunLimits.LOG_BYTES_PER_RUN);
            }
            if (Parts.write(dynamo, parts(run, head, lines, bytes, attempt)).isEmpty()) {
                return new Recorded.Done();
            }
            // Another report came first, or the run's end, or this one has been made: the next look tells.
            backoff.pause(null);
        }
    }

    private List<TransactWriteItem> parts(
            RunKey run, Head head, List<String> lines, long bytes, @Nullable String attempt) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(Records.headKey(run))
                        .updateExpression("SET #lines = :lines ADD #bytes :bytes")
                        .conditionExpression("#lines = :seen AND attribute_not_exists(#end)")
                        .expressionAttributeNames(Map.of("#lines", "lines", "#bytes", "bytes", "#end", "end"))
                        .expressionAttributeValues(Map.of(
                                ":lines", number(head.lines() + lines.size()),
                                ":bytes", number(bytes),
                                ":seen", number(head.lines()))))
                .build());
        var place = head.lines();
        for (var chunk : chunks(lines)) {
            var item = new HashMap<>(Attributes.key(Records.log(run), sort(place)));
            item.put(
                    "lines",
                    AttributeValue.fromL(chunk.stream().map(Attributes::string).toList()));
            parts.add(records.put(item));
            place += chunk.size();
        }
        if (attempt != null) {
            parts.add(records.attempt(run, attempt));
        }
        return parts;
    }

    private static List<List<String>> chunks(List<String> lines) {
        var chunks = new ArrayList<List<String>>();
        var chunk = new ArrayList<String>();
        long room = ITEM_BYTES;
        for (var line : lines) {
            if (room < 0) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
                room = ITEM_BYTES;
            }
            chunk.add(line);
            room -= bytes(line);
        }
        chunks.add(chunk);
        return chunks;
    }

    /** What it takes of an item: its bytes, and what is around each. */
    static int bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 4;
    }

    /** Some of what follows the place, without a gap; nothing, where there is nothing yet. */
    List<String> after(RunKey run, long place) {
        var found = items(run, place);
        if (found.isEmpty() || place(found.getFirst()) > place) {
            var lines = new ArrayList<String>();
            chunkWith(run, place).ifPresent(chunk -> {
                var all = lines(chunk);
                lines.addAll(all.subList((int) Math.min(all.size(), place - place(chunk)), all.size()));
            });
            return lines;
        }
        return found.stream().flatMap(item -> lines(item).stream()).toList();
    }

    private List<Map<String, AttributeValue>> items(RunKey run, long place) {
        return dynamo.query(request -> request.tableName(table)
                        .consistentRead(true)
                        .limit(ITEMS_AT_ONCE)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":pk", string(Records.log(run)),
                                ":first", string(sort(place)),
                                ":last", string(sort(Integer.MAX_VALUE)))))
                .items();
    }

    /** The one that begins before the place. */
    private Optional<Map<String, AttributeValue>> chunkWith(RunKey run, long place) {
        return dynamo
                .query(request -> request.tableName(table)
                        .consistentRead(true)
                        .scanIndexForward(false)
                        .limit(1)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":pk", string(Records.log(run)),
                                ":first", string(sort(0)),
                                ":last", string(sort(place)))))
                .items()
                .stream()
                .findFirst();
    }

    private static List<String> lines(Map<String, AttributeValue> item) {
        return required(item, "lines").l().stream().map(AttributeValue::s).toList();
    }

    private static long place(Map<String, AttributeValue> item) {
        return Long.parseLong(required(item, "SK").s().substring(LINE.length()));
    }

    /** As many digits as the largest place has, so that they sort. */
    private static String sort(long place) {
        return LINE + String.format(Locale.ROOT, "%010d", place);
    }
}
