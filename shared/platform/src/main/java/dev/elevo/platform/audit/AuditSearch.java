package dev.elevo.platform.audit;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Looks in a trail, day by day, in the order of time. What it costs is what lies in the wanted days, not what there is. */
@Singleton
public final class AuditSearch {
    /** Of a numbered page: further pages are not told apart from the last of these; cursors go on. */
    public static final int MOST_COUNTED = 10_000;

    /** Of a page by cursor that looks for what is rare: it may be short or empty then, and its cursor goes on. */
    private static final int MOST_READINGS = 10;

    /** Of a numbered page, which must come to the end of what it counts: more does not fit into the time of a request. */
    private static final int MOST_READINGS_COUNTED = 30;

    private static final int READ_AT_ONCE = 1000;

    /** Sorts behind everything that begins with a time. */
    private static final String BEHIND = "~";

    private final DynamoDbClient dynamo;
    private final String table;
    private final AuditTrail trail;
    private final InstantSource clock;

    AuditSearch(DynamoDbClient dynamo, DynamoConfiguration configuration, AuditTrail trail, InstantSource clock) {
        this.trail = trail;
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    /**
     * What is looked for.
     *
     * @param organizationId whose trail
     * @param from the first moment, for ever ago where absent
     * @param to the first moment that is not meant any more
     */
    public record Wanted(
            String organizationId,
            @Nullable String type,
            @Nullable String userId,
            @Nullable String resource,
            @Nullable Outcome outcome,
            @Nullable Instant from,
            @Nullable Instant to) {}

    public Slice<AuditEvent> find(Wanted wanted, PageQuery page) {
        trail.settle();
        var newestFirst = page.sort().descending();
        return switch (page.start()) {
            case PageQuery.Numbered(int number) -> numbered(wanted, newestFirst, number, page.limit());
            case PageQuery.First() -> following(wanted, newestFirst, null, page.limit());
            case PageQuery.After(String position) -> following(wanted, newestFirst, position, page.limit());
            case PageQuery.Before(String position) -> preceding(wanted, newestFirst, position, page.limit());
        };
    }

    private Slice<AuditEvent> numbered(Wanted wanted, boolean newestFirst, int number, int limit) {
        var end = Math.min((long) number * limit, MOST_COUNTED);
        var found = walk(wanted, newestFirst, null, MOST_COUNTED, end, MOST_READINGS_COUNTED);
        if (found.stoppedAt() != null) {
            throw Failure.Invalid.field(
                            "page",
                            "would have to look through too many events; ask with cursor, or for a shorter time",
                            number)
                    .asException();
        }
        var begin = Math.min((number - 1L) * limit, found.items().size());
        var items = found.items()
                .subList((int) begin, (int) Math.min(end, found.items().size()));
        return new Slice.Counted<>(items.stream().map(this::event).toList(), found.count());
    }

    private Slice<AuditEvent> following(Wanted wanted, boolean newestFirst, @Nullable String position, int limit) {
        var found = walk(wanted, newestFirst, position, limit + 1L, limit + 1L, MOST_READINGS);
        var items = found.items();
        var shown = items.size() > limit ? items.subList(0, limit) : items;
        return new Slice.Positioned<>(
                shown.stream().map(this::event).toList(),
                items.size() > limit ? position(shown.getLast()) : found.stoppedAt(),
                position == null || shown.isEmpty() ? null : position(shown.getFirst()));
    }

    private Slice<AuditEvent> preceding(Wanted wanted, boolean newestFirst, String position, int limit) {
        var found = walk(wanted, !newestFirst, position, limit + 1L, limit + 1L, MOST_READINGS);
        var items = found.items();
        var shown = new ArrayList<>(items.size() > limit ? items.subList(0, limit) : items).reversed();
        return new Slice.Positioned<>(
                shown.stream().map(this::event).toList(),
                shown.isEmpty() ? null : position(shown.getLast()),
                items.size() > limit ? position(shown.getFirst()) : found.stoppedAt());
    }

    /** @param stoppedAt how far it came that had read enough */
    private record Found(
            List<Map<String, AttributeValue>> items,
            long count,
            @Nullable String stoppedAt) {}

    /**
     * Goes through the days.
     *
     * @param position behind which it begins
     * @param counted after how many it ends
     * @param kept how many of them are wanted themselves
     * @param mostReadings that find no end; each reads as much as the table gives at once
     */
    private Found walk(
            Wanted wanted, boolean newestFirst, @Nullable String position, long counted, long kept, int mostReadings) {
        var now = clock.instant();
        var oldest = now.minus(DynamoAuditTrail.KEPT);
        var from = wanted.from() == null || wanted.from().isBefore(oldest) ? oldest : wanted.from();
        // Other instances' clocks may be ahead of this one's.
        var latest = now.plusSeconds(3600);
        var to = wanted.to() == null || wanted.to().isAfter(latest) ? latest : wanted.to();
        if (!from.isBefore(to)) {
            return new Found(List.of(), 0, null);
        }
        var low = InstantSerde.format(from);
        var high = InstantSerde.format(to);
        if (position != null && newestFirst) {
            high = position.compareTo(high) < 0 ? position : high;
        } else if (position != null) {
            low = position.compareTo(low) > 0 ? position + BEHIND : low;
        }
        if (low.compareTo(high) > 0) {
            return new Found(List.of(), 0, null);
        }
        var items = new ArrayList<Map<String, AttributeValue>>();
        var count = 0L;
        var readings = 0;
        var first = day(low);
        var last = day(high);
        for (var day = newestFirst ? last : first;
                !day.isBefore(first) && !day.isAfter(last) && count < counted;
                day = day.plusDays(newestFirst ? -1 : 1)) {
            Map<String, AttributeValue> next = Map.of();
            do {
                var answer = dynamo.query(query(wanted, day, low, high, newestFirst, next, counted - count));
                for (var item : answer.items()) {
                    // Where it was is no part of what follows; the table's ranges have no open end.
                    if (count < counted && !position(item).equals(position)) {
                        count++;
                        if (items.size() < kept) {
                            items.add(item);
                        }
                    }
                }
                next = answer.lastEvaluatedKey();
                if (!next.isEmpty() && count < counted && ++readings >= mostReadings) {
                    return new Found(items, count, position(next));
                }
            } while (!next.isEmpty() && count < counted);
        }
        return new Found(items, count, null);
    }

    private QueryRequest query(
            Wanted wanted,
            LocalDate day,
            String low,
            String high,
            boolean newestFirst,
            Map<String, AttributeValue> next,
            long most) {
        var values = new HashMap<String, AttributeValue>();
        var names = new HashMap<String, String>();
        values.put(":day", string(DynamoAuditTrail.partition(wanted.organizationId(), day.toString())));
        values.put(":low", string(low));
        values.put(":high", string(high));
        var conditions = new ArrayList<String>();
        condition("type", wanted.type(), conditions, names, values);
        condition("userId", wanted.userId(), conditions, names, values);
        condition("resource", wanted.resource(), conditions, names, values);
        if (wanted.outcome() == Outcome.FAILED) {
            // Of what never came to an end nobody can say that it succeeded.
            names.put("#outcome", "outcome");
            values.put(":failed", string(Outcome.FAILED.label()));
            values.put(":pending", string(Outcome.PENDING.label()));
            conditions.add("#outcome IN (:failed, :pending)");
        } else if (wanted.outcome() != null) {
            condition("outcome", wanted.outcome().label(), conditions, names, values);
        }
        var request = QueryRequest.builder()
                .tableName(table)
                .keyConditionExpression("PK = :day AND SK BETWEEN :low AND :high")
                .expressionAttributeValues(values)
                .scanIndexForward(!newestFirst);
        if (conditions.isEmpty()) {
            request.limit((int) Math.min(most + 1, READ_AT_ONCE));
        } else {
            request.limit(READ_AT_ONCE)
                    .filterExpression(String.join(" AND ", conditions))
                    .expressionAttributeNames(names);
        }
        if (!next.isEmpty()) {
            request.exclusiveStartKey(next);
        }
        return request.build();
    }

    private static void condition(
            String name,
            @Nullable String value,
            List<String> conditions,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        if (value != null) {
            names.put("#" + name, name);
            values.put(":" + name, string(value));
            conditions.add("#" + name + " = :" + name);
        }
    }

    private static LocalDate day(String time) {
        return LocalDate.parse(time.substring(0, DynamoAuditTrail.DATE_LENGTH));
    }

    private static String position(Map<String, AttributeValue> item) {
        return required(item, "SK").s();
    }

    /** One that is still under way, or whose end nobody recorded. */
    private AuditEvent event(Map<String, AttributeValue> item) {
        var outcome = Outcome.of(required(item, "outcome").s());
        var metadata = required(item, "metadata").m().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().s()));
        if (outcome == Outcome.PENDING) {
            metadata.put("unfinished", "true");
        }
        var partition = required(item, "PK").s();
        return new AuditEvent(
                required(item, "id").s(),
                partition.substring(partition.indexOf('#') + 1, partition.lastIndexOf('#')),
                required(item, "type").s(),
                text(item, "userId"),
                text(item, "keyId"),
                required(item, "resource").s(),
                required(item, "action").s(),
                outcome == Outcome.PENDING ? Outcome.FAILED : outcome,
                Instant.parse(required(item, "timestamp").s()),
                required(item, "requestId").s(),
                required(item, "clientType").s(),
                required(item, "remoteAddr").s(),
                metadata);
    }

    private static @Nullable String text(Map<String, AttributeValue> item, String name) {
        var value = item.get(name);
        return value == null ? null : value.s();
    }
}
