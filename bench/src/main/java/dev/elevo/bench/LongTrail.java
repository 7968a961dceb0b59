package dev.elevo.bench;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Fills the trail of an organization, the same time between any two of its records: the trail makes the first of them and the last, what
 * is between are copies of the first that differ in who, when and for which request, written in batches.
 */
record LongTrail(
        DynamoDbClient client,
        DynamoConfiguration tables,
        AuditTrail trail,
        String organization,
        Instant end,
        Duration span,
        int count) {
    private static final int CALLERS = 8;
    private static final int BATCH = 25;

    /** Made by the trail itself, so that what is looked for is what it makes. */
    private static final int LAST = 2000;

    private static final int USERS = 1000;

    void fill() throws Exception {
        var first = event(0);
        trail.record(first);
        var item = client.scan(request -> request.tableName(tables.table())).items().stream()
                .filter(found -> text(found, StateTable.PARTITION_KEY).startsWith("AUDIT#"))
                .findFirst()
                .orElseThrow();
        var copies = count - LAST - 1;
        atOnce(IntStream.range(0, (copies + BATCH - 1) / BATCH)
                .<Runnable>mapToObj(batch ->
                        () -> copy(first, item, batch * BATCH + 1, Math.min((batch + 1) * BATCH, copies)))
                .toList());
        atOnce(IntStream.range(count - LAST, count)
                .<Runnable>mapToObj(number -> () -> trail.record(event(number)))
                .toList());
    }

    /** The numbers of the records since then. */
    List<Integer> from(Instant time) {
        return IntStream.range(0, count)
                .filter(number -> !at(number).isBefore(time))
                .boxed()
                .toList();
    }

    static String user(int number) {
        return "user-%04d".formatted(number % USERS);
    }

    static String request(int number) {
        return "req-%07d".formatted(number);
    }

    private Instant at(int number) {
        return end.minusMillis(span.toMillis() / count * (count - number));
    }

    private AuditEvent event(int number) {
        return new AuditEvent(
                Ids.EVENT.random(),
                organization,
                "process.run",
                user(number),
                "key-aaaaaaaaaaaa",
                "sbx-aaaaaaaaaaaa",
                "run",
                Outcome.SUCCESS,
                at(number),
                request(number),
                "sdk",
                "198.51.100.7",
                Map.of("path", "/api/v1/sandboxes/sbx-aaaaaaaaaaaa/process/run", "status", "200"));
    }

    private void copy(AuditEvent first, Map<String, AttributeValue> item, int from, int to) {
        var writes = IntStream.rangeClosed(from, to)
                .mapToObj(number -> copied(first, item, event(number)))
                .map(copy ->
                        WriteRequest.builder().putRequest(put -> put.item(copy)).build())
                .toList();
        var left = Map.of(tables.table(), writes);
        while (!left.isEmpty()) {
            var now = left;
            left = client.batchWriteItem(request -> request.requestItems(now)).unprocessedItems();
        }
    }

    private static Map<String, AttributeValue> copied(
            AuditEvent first, Map<String, AttributeValue> item, AuditEvent wanted) {
        var copy = new HashMap<>(item);
        copy.replaceAll((name, value) -> value.s() == null
                ? value
                : AttributeValue.fromS(value.s()
                        .replace(first.id(), wanted.id())
                        .replace(first.requestId(), wanted.requestId())
                        .replace(String.valueOf(first.userId()), String.valueOf(wanted.userId()))
                        .replace(stamp(first), stamp(wanted))
                        .replace(day(first), day(wanted))));
        return copy;
    }

    private static void atOnce(List<Runnable> work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var calls = work.stream()
                    .<Callable<Void>>map(one -> () -> {
                        one.run();
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
        }
    }

    private static String stamp(AuditEvent event) {
        return InstantSerde.format(event.timestamp());
    }

    private static String day(AuditEvent event) {
        return stamp(event).substring(0, "2026-01-01".length());
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        var value = item.get(attribute);
        return value == null || value.s() == null ? "" : value.s();
    }
}
