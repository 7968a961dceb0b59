package dev.elevo.platform.status;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Failure;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The changes of an organization's sandboxes, numbered without gaps, so that a reader needs to remember one number. A writer
 * could not number them: it would have to read first, and writers would wait for each other. They are numbered when
 * somebody wants to read, by whoever that is; a condition on the last number makes it happen once.
 */
@Singleton
public final class StatusLog {
    /** At least an hour after a connection of two hours: how long the place it had reached can be gone on from. */
    static final Duration KEPT_FOR = Duration.ofHours(3);

    /** Longer than a writer tries to get its transaction through: nothing older comes up any more. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_PAUSE_MILLIS = 20;

    /** Not of the thread: instances that begin with one snapshot would all wait the same time. */
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A transaction has 100 parts; each change takes two of them and the head is one. */
    private static final int MOST_AT_ONCE = 49;

    /** A transaction has 4 MB, and labels may be large. */
    private static final int MOST_LABEL_CHARACTERS = 400_000;

    private static final String HEAD = "HEAD";

    private final DynamoDbClient dynamo;
    private final String table;
    private final StatusOutbox outbox;
    private final InstantSource clock;

    StatusLog(DynamoDbClient dynamo, DynamoConfiguration configuration, StatusOutbox outbox, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.outbox = outbox;
        this.clock = clock;
    }

    /** A change at its place in the log. */
    public record Entry(long number, StatusChange change) {}

    /** @param since changes that waited longer than this when nobody listened are left to be forgotten */
    private record Head(long number, Instant since, Instant keptUntil) {
        private static final Head NONE = new Head(0, Instant.EPOCH, Instant.EPOCH);
    }

    /** Somebody begins to listen: from now on everything is kept. Gives the number of the last change until now. */
    public long open(String organizationId) {
        while (!keep(organizationId, head(organizationId))) {
            // Another one has begun or numbered something in the same moment; what it left is seen now.
            Thread.onSpinWait();
        }
        return settled(organizationId);
    }

    /** The number of the last change, when all have got theirs that wait now; what comes meanwhile holds nobody up. */
    public long settled(String organizationId) {
        var giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var head = head(organizationId);
            var waiting = outbox.waiting(organizationId, head.since());
            if (waiting.isEmpty()) {
                return head.number();
            }
            try {
                var next = waiting.subList(0, fitting(waiting));
                var parts = parts(organizationId, head, next);
                dynamo.transactWriteItems(request -> request.transactItems(parts));
                if (next.size() == waiting.size()) {
                    return head.number() + next.size();
                }
            } catch (TransactionCanceledException e) {
                // Somebody else is at it; what is still waiting then is looked up again.
                pauseOrGiveUp(e, giveUpAt);
            }
        }
    }

    /** The last number given, whether or not more is waiting. */
    public long last(String organizationId) {
        return head(organizationId).number();
    }

    /** What follows the number without a gap; nothing, where that is not kept any more or there is nothing. */
    public List<Entry> after(String organizationId, long number, int limit) {
        var found = dynamo.query(request -> request.tableName(table)
                        .consistentRead(true)
                        .limit(limit)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
                        .expressionAttributeValues(Map.of(
                                ":pk", string(partition(organizationId)),
                                ":first", string(sort(number + 1)),
                                ":last", string(sort(Long.MAX_VALUE)))))
                .items();
        var entries = new ArrayList<Entry>();
        for (var item : found) {
            if (!required(item, "SK").s().equals(sort(number + 1 + entries.size()))) {
                break;
            }
            entries.add(new Entry(number + 1 + entries.size(), StatusItem.read(item)));
        }
        return entries;
    }

    /** Whether everything after the number is still there. */
    public boolean reachesBackTo(String organizationId, long number, long last) {
        return number == last
                || (number >= 0
                        && number < last
                        && !after(organizationId, number, 1).isEmpty());
    }

    /**
     * Where nobody has listened for so long that nobody can come back, the changes in between are never numbered. A number is
     * left out for them: who comes back all the same is told that something is missing.
     */
    private boolean keep(String organizationId, Head head) {
        var now = clock.instant();
        var wasKept = now.isBefore(head.keptUntil());
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(Attributes.key(partition(organizationId), HEAD))
                    .updateExpression("SET seq = :next, since = :since, keptUntil = :until")
                    .conditionExpression("attribute_not_exists(seq) OR seq = :seen")
                    .expressionAttributeValues(Map.of(
                            ":seen", number(head.number()),
                            ":next", number(wasKept ? head.number() : head.number() + 1),
                            ":since", number((wasKept ? head.since() : now.minus(LATE)).toEpochMilli()),
                            ":until", number(now.plus(KEPT_FOR).toEpochMilli()))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private Head head(String organizationId) {
        var found = dynamo.getItem(request -> request.tableName(table)
                .key(Attributes.key(partition(organizationId), HEAD))
                .consistentRead(true));
        return found.hasItem()
                ? new Head(
                        Long.parseLong(required(found.item(), "seq").n()),
                        instant(found.item(), "since"),
                        instant(found.item(), "keptUntil"))
                : Head.NONE;
    }

    /** How many of them go into one transaction; one always does. */
    private static int fitting(List<StatusOutbox.Waiting> waiting) {
        var most = Math.min(waiting.size(), MOST_AT_ONCE);
        var room = MOST_LABEL_CHARACTERS - labelCharacters(waiting.getFirst().change());
        for (int count = 1; count < most; count++) {
            room -= labelCharacters(waiting.get(count).change());
            if (room < 0) {
                return count;
            }
        }
        return most;
    }

    private List<TransactWriteItem> parts(String organizationId, Head head, List<StatusOutbox.Waiting> waiting) {
        var parts = new ArrayList<TransactWriteItem>();
        var number = head.number();
        for (var next : waiting) {
            var entry = StatusItem.write(next.change(), partition(organizationId), sort(++number));
            parts.add(TransactWriteItem.builder()
                    .put(put -> put.tableName(table).item(entry))
                    .build());
            parts.add(TransactWriteItem.builder()
                    .delete(delete -> delete.tableName(table)
                            .key(Attributes.key(StatusOutbox.partition(organizationId), next.sort()))
                            .conditionExpression("attribute_exists(PK)"))
                    .build());
        }
        var last = number;
        parts.add(TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(Attributes.key(partition(organizationId), HEAD))
                        .updateExpression("SET seq = :last")
                        .conditionExpression("seq = :seen")
                        .expressionAttributeValues(Map.of(":seen", number(head.number()), ":last", number(last))))
                .build());
        return parts;
    }

    private static int labelCharacters(StatusChange change) {
        return change.labels().entrySet().stream()
                .mapToInt(label -> label.getKey().length() + label.getValue().length())
                .sum();
    }

    private static void pauseOrGiveUp(TransactionCanceledException cause, long giveUpAt) {
        var lostRace = cause.cancellationReasons().stream()
                .anyMatch(reason ->
                        "ConditionalCheckFailed".equals(reason.code()) || "TransactionConflict".equals(reason.code()));
        if (!lostRace) {
            throw cause;
        }
        try {
            Thread.sleep(RANDOM.nextInt(1, LONGEST_PAUSE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(cause);
        }
        if (System.nanoTime() > giveUpAt) {
            throw busy(cause);
        }
    }

    private static RuntimeException busy(Exception cause) {
        return new Failure.Unavailable("Too many changes at the same time", Duration.ofSeconds(1)).causedBy(cause);
    }

    private static Instant instant(Map<String, AttributeValue> item, String name) {
        return Instant.ofEpochMilli(Long.parseLong(required(item, name).n()));
    }

    private static String partition(String organizationId) {
        return "STATUS#" + organizationId;
    }

    /** As many digits as the largest number has, so that they sort. */
    private static String sort(long number) {
        return "E#" + String.format(Locale.ROOT, "%019d", number);
    }
}
