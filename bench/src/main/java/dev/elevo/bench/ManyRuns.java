package dev.elevo.bench;

import static java.util.Map.entry;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.functions.runs.RunsFunction;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.lambda.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Very many runs of a hundred projects, as the function has them and as files. The function makes one of each project and each status;
 * the others are copies of these that differ in id, name and time, written in batches.
 */
final class ManyRuns implements AutoCloseable {
    static final String PROJECT = "project-42";

    private static final int PROJECTS = 100;
    private static final List<String> STATUSES = List.of("running", "succeeded", "failed", "cancelled");
    private static final int CALLERS = 8;
    private static final int BATCH = 25;
    private static final int ITEMS = 5;
    private static final String KEY = "ewk_bench";

    private final DynamoConfiguration tables;
    private final DynamoDbClient client;
    private final Path folder;
    private final RunsFunction function;

    ManyRuns(Scratch scratch, DynamoConfiguration tables, DynamoDbClient client) throws IOException {
        this.tables = tables;
        this.client = client;
        this.folder = Files.createDirectories(scratch.folder().resolve("files"));
        this.function = new RunsFunction(new Surroundings(
                Map.ofEntries(
                        entry("elevo.table", tables.table()),
                        entry("elevo.sandbox.table", tables.sandboxTable()),
                        entry("elevo.dynamodb.endpoint", tables.endpoint()),
                        entry("elevo.bootstrap.key.sha256", sha256(KEY)),
                        entry("elevo.cursor.secret", "secret-of-the-bench"),
                        entry("elevo.agent.url", "http://127.0.0.1:1"),
                        entry("elevo.agent.signing.key", signingKey()),
                        entry(
                                "elevo.blobs.directory",
                                scratch.folder().resolve("blobs").toString()),
                        entry("elevo.limit.read", 1_000_000),
                        entry("elevo.limit.write", 1_000_000),
                        // Here it would go to the terminal, between the figures.
                        entry("logger.levels.dev.elevo.access", "OFF")),
                List.of()));
    }

    /** One file for each run, as its client is shown it. */
    Path folder() {
        return folder;
    }

    String ask(String method, String path, String query, @Nullable String body) {
        var answer = function.handle(APIGatewayV2HTTPEvent.builder()
                .withRawPath(path)
                .withRawQueryString(query)
                .withHeaders(Map.of("x-api-key", KEY, "content-type", "application/json"))
                .withBody(body)
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(method)
                                .withPath(path)
                                .withSourceIp("127.0.0.1")
                                .build())
                        .build())
                .build());
        if (answer.getStatusCode() >= 300) {
            throw new WrongReply(method + " " + path + " answered " + answer.getBody());
        }
        return answer.getBody();
    }

    void fill(int count) throws Exception {
        var kinds = PROJECTS * STATUSES.size();
        var copies = count / kinds - 1;
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var works = IntStream.range(0, kinds)
                    .<Callable<Void>>mapToObj(kind -> () -> {
                        fill(kind, copies);
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(works)) {
                done.get();
            }
        }
        count(copies);
    }

    private void fill(int kind, int copies) throws IOException {
        var first = made(kind);
        write(first);
        var run = Json.object(first);
        var items = items(run);
        var left = new ArrayList<Map.Entry<String, Map<String, AttributeValue>>>();
        for (int copy = 1; copy <= copies; copy++) {
            var changes = changes(run, kind, copy);
            write(changed(first, changes));
            items.forEach((table, found) -> found.forEach(item -> left.add(Map.entry(table, copied(item, changes)))));
            if (left.size() + ITEMS > BATCH || copy == copies) {
                put(left);
                left.clear();
            }
        }
    }

    private String made(int kind) {
        var body = Json.write(Map.of("name", name(kind, 0), "project", "project-" + kind % PROJECTS));
        var made = ask("POST", "/api/v1/runs", "", body);
        var status = STATUSES.get(kind / PROJECTS);
        return status.equals("running")
                ? made
                : ask(
                        "POST",
                        "/api/v1/runs/" + Json.text(Json.object(made), "id") + "/finish",
                        "",
                        Json.write(Map.of("status", status)));
    }

    /** What lies in the tables of it: its record, and its entries in the lists. */
    private Map<String, List<Map<String, AttributeValue>>> items(Map<String, Object> run) {
        var id = Json.text(run, "id");
        var project = Json.text(run, "project");
        var ofStatus = "LIST#RUN/" + Json.text(run, "status");
        return Map.of(
                tables.table(),
                List.of(item(tables.table(), "ORG#default#RUN", id)),
                tables.sandboxTable(),
                List.of(
                        item(tables.sandboxTable(), "LIST#RUN#7#default", id),
                        item(tables.sandboxTable(), "LIST#RUN#project#7#default#" + project, id),
                        item(tables.sandboxTable(), ofStatus + "#7#default", id),
                        item(tables.sandboxTable(), ofStatus + "#project#7#default#" + project, id)));
    }

    private Map<String, AttributeValue> item(String table, String partition, String sort) {
        var item = client.getItem(request -> request.tableName(table)
                        .key(Map.of("PK", AttributeValue.fromS(partition), "SK", AttributeValue.fromS(sort))))
                .item();
        if (item.isEmpty()) {
            throw new WrongReply("nothing is at " + partition);
        }
        return item;
    }

    private static Map<String, String> changes(Map<String, Object> run, int kind, int copy) {
        var at = Json.text(run, "createdAt");
        return Map.of(
                Json.text(run, "id"),
                Ids.RUN.random(),
                Json.text(run, "name"),
                name(kind, copy),
                at,
                InstantSerde.format(Instant.parse(at).plusMillis(copy)));
    }

    private static String changed(String text, Map<String, String> changes) {
        for (var change : changes.entrySet()) {
            text = text.replace(change.getKey(), change.getValue());
        }
        return text;
    }

    private static Map<String, AttributeValue> copied(Map<String, AttributeValue> item, Map<String, String> changes) {
        var copy = new HashMap<>(item);
        copy.replaceAll((name, value) -> value.s() == null ? value : AttributeValue.fromS(changed(value.s(), changes)));
        return copy;
    }

    private void put(List<Map.Entry<String, Map<String, AttributeValue>>> items) {
        var writes = new HashMap<String, List<WriteRequest>>();
        items.forEach(item -> writes.computeIfAbsent(item.getKey(), table -> new ArrayList<>())
                .add(WriteRequest.builder()
                        .putRequest(put -> put.item(item.getValue()))
                        .build()));
        Map<String, List<WriteRequest>> left = writes;
        while (!left.isEmpty()) {
            var now = left;
            left = client.batchWriteItem(request -> request.requestItems(now)).unprocessedItems();
        }
    }

    /** What each was counted as, so many times more. */
    private void count(int copies) {
        var table = tables.table();
        client.scanPaginator(request -> request.tableName(table)).items().stream()
                .filter(item -> item.containsKey("total"))
                .forEach(counter -> {
                    var all = new HashMap<>(counter);
                    all.replaceAll((name, value) -> value.n() == null
                            ? value
                            : AttributeValue.fromN(Long.toString(Long.parseLong(value.n()) * (copies + 1L))));
                    client.putItem(request -> request.tableName(table).item(all));
                });
    }

    private void write(String run) throws IOException {
        Files.writeString(folder.resolve(Json.text(Json.object(run), "id") + ".json"), run);
    }

    private static String name(int kind, int copy) {
        return "run-%03d-%05d".formatted(kind, copy);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signingKey() {
        try {
            var key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
            return Base64.getEncoder().encodeToString(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        function.close();
    }
}
