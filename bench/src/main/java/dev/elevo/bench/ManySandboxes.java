package dev.elevo.bench;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.sandbox.Created;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.sandbox.Wall;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Fills an organization with sandboxes: the store makes the first and the last of them, what is between are copies of the first
 * that differ in id, name and time, written in batches.
 */
record ManySandboxes(DynamoDbClient client, DynamoConfiguration tables, SandboxStore store, String organization) {
    private static final int CALLERS = 8;
    private static final int BATCH = 25;

    /** Made by several callers at once after the copies: they count on. */
    private static final int LAST = 1000;

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String COUNTER = "live";

    void fill(int count) throws Exception {
        var first = sandbox(0);
        mustBeNew(store.create(first, count));
        var copies = count - LAST - 1;
        var item = client.scan(request -> request.tableName(tables.sandboxTable()))
                .items()
                .getFirst();
        atOnce(
                (copies + BATCH - 1) / BATCH,
                batch -> copy(first, item, batch * BATCH + 1, Math.min((batch + 1) * BATCH, copies)));
        count(copies + 1);
        atOnce(LAST, i -> mustBeNew(store.create(sandbox(copies + 1 + i), count)));
    }

    private void copy(Sandbox first, Map<String, AttributeValue> item, int from, int to) {
        var writes = IntStream.rangeClosed(from, to)
                .mapToObj(number -> copied(first, item, sandbox(number)))
                .map(copy ->
                        WriteRequest.builder().putRequest(put -> put.item(copy)).build())
                .toList();
        var left = Map.of(tables.sandboxTable(), writes);
        while (!left.isEmpty()) {
            var now = left;
            left = client.batchWriteItem(request -> request.requestItems(now)).unprocessedItems();
        }
    }

    private static Map<String, AttributeValue> copied(Sandbox first, Map<String, AttributeValue> item, Sandbox wanted) {
        var copy = new HashMap<>(item);
        copy.replaceAll((name, value) -> value.s() == null
                ? value
                : AttributeValue.fromS(value.s()
                        .replace(first.id(), wanted.id())
                        .replace(first.name(), wanted.name())
                        .replace(stamp(first), stamp(wanted))));
        return copy;
    }

    /** What the one was counted as, so many times. */
    private void count(int copies) {
        var table = tables.table();
        var counters = client.scan(request -> request.tableName(table)).items().stream()
                .filter(item -> item.containsKey(COUNTER))
                .findFirst()
                .orElseThrow();
        var all = new HashMap<>(counters);
        all.replaceAll((name, value) -> value.n() == null
                ? value
                : AttributeValue.fromN(new BigDecimal(value.n())
                        .multiply(BigDecimal.valueOf(copies))
                        .toPlainString()));
        client.putItem(request -> request.tableName(table).item(all));
    }

    private static void atOnce(int count, IntConsumer work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var calls = IntStream.range(0, count)
                    .<Callable<Void>>mapToObj(number -> () -> {
                        work.accept(number);
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
        }
    }

    private static void mustBeNew(Created created) {
        if (!(created instanceof Created.Done)) {
            throw new WrongReply("not created: " + created);
        }
    }

    private static String stamp(Sandbox sandbox) {
        return InstantSerde.format(sandbox.times().createdAt());
    }

    private Sandbox sandbox(int number) {
        return Sandbox.creating(
                Ids.SANDBOX.random(),
                organization,
                "sandbox-%06d".formatted(number),
                settings(),
                new Wall(Isolation.CONTAINER, Map.of("cpu", true, "memory", true)),
                BEGIN.plusMillis(number));
    }

    private static Settings settings() {
        return new Settings(
                "base",
                null,
                Map.of(),
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                List.of(),
                0,
                30,
                false,
                0,
                Map.of("purpose", "bench"),
                Map.of(),
                false,
                null,
                null,
                null,
                "local",
                "bench",
                null);
    }
}
