package dev.elevo.localstack.audit;

import static dev.elevo.platform.dynamo.Attributes.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.DynamoAuditTrail;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.DynamoDbLocal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a run on one machine records is in the trail, however it ends. */
final class JournaledAuditTrailTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:30:00Z");

    private final DynamoConfiguration configuration = DynamoDbLocal.shared().newTables();
    private final DynamoAuditTrail table =
            new DynamoAuditTrail(DynamoDbLocal.shared().client(), configuration);

    @TempDir
    private Path home;

    @Test
    void what_is_settled_is_found() throws IOException {
        try (var trail = started()) {
            var events = IntStream.range(0, 200).mapToObj(i -> begun()).toList();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                events.forEach(event -> threads.execute(() -> {
                    trail.record(event);
                    trail.record(ended(event));
                }));
            }
            trail.settle();

            assertThat(outcomes())
                    .isEqualTo(events.stream().collect(Collectors.toMap(AuditEvent::id, event -> "success")));
        }
    }

    @Test
    void what_a_killed_run_began_is_in_the_trail_without_an_end() throws IOException {
        var killed = open();
        var unfinished = begun();
        var finished = begun();
        killed.record(unfinished);
        killed.record(finished);
        killed.record(ended(finished));
        assertThat(outcomes()).isEmpty();

        try (var next = started()) {
            next.settle();

            assertThat(outcomes()).isEqualTo(Map.of(unfinished.id(), "pending", finished.id(), "success"));
        }
    }

    @Test
    void half_a_record_at_the_end_harms_no_other() throws IOException {
        var killed = open();
        var whole = begun();
        killed.record(whole);
        var torn = Files.readAllBytes(file());
        Files.write(file(), List.of(torn).getFirst(), StandardOpenOption.APPEND);
        try (var file = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
            file.truncate(2L * torn.length - 1);
        }

        try (var next = started()) {
            next.settle();

            assertThat(outcomes()).isEqualTo(Map.of(whole.id(), "pending"));
        }
    }

    @Test
    void what_nobody_can_read_is_kept_aside_and_harms_nothing_before_it() throws IOException {
        var killed = open();
        var whole = begun();
        killed.record(whole);
        Files.write(file(), new byte[] {0, 0, 0, 4, -1, -1, 0, 0}, StandardOpenOption.APPEND);

        try (var next = started()) {
            next.settle();

            assertThat(outcomes()).isEqualTo(Map.of(whole.id(), "pending"));
        }
        assertThat(home.resolve("audit.journal.damaged")).exists();
    }

    @Test
    void what_the_table_will_never_take_keeps_no_other() throws IOException {
        try (var trail = started()) {
            var good = begun();
            trail.record(ended(withMetadata(
                    begun(),
                    IntStream.range(0, 10).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v".repeat(60_000))))));
            trail.record(ended(good));
            trail.settle();

            assertThat(outcomes()).isEqualTo(Map.of(good.id(), "success"));
        }
    }

    @Test
    void the_file_keeps_only_what_is_not_in_the_table() throws IOException {
        var underWay = begun();
        try (var trail = started()) {
            trail.record(underWay);
            for (int i = 0; i < 5000; i++) {
                var event = begun();
                trail.record(event);
                trail.record(ended(event));
            }
            trail.settle();

            assertThat(Files.size(file())).isLessThan(1_200_000);
        }
        assertThat(Journal.read(file())).containsExactly(underWay);
    }

    @Test
    void a_file_that_is_needed_is_not_written_again_for_the_few_that_are_not() throws IOException {
        var needed = new ArrayDeque<>(
                IntStream.range(0, 10_000).mapToObj(i -> ended(begun())).toList());
        var written = 0;
        try (var journal = Journal.begin(file(), needed)) {
            while (!needed.isEmpty()) {
                IntStream.range(0, DynamoAuditTrail.MOST_TOGETHER).forEach(i -> needed.remove());
                if (journal.isLong(needed.size())) {
                    journal.keepOnly(needed);
                    written += needed.size();
                }
            }
            assertThat(Files.size(file())).isLessThan(1 << 20);
        }
        assertThat(written).isBetween(1, 10_000);
    }

    @Test
    void what_the_table_does_not_take_is_refused_in_the_end() throws IOException {
        var waiting = open();
        var underWay = begun();
        waiting.record(underWay);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 30_000; i++) {
                        waiting.record(ended(begun()));
                    }
                })
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        waiting.record(ended(underWay));
        assertThat(Journal.read(file())).contains(ended(underWay));
    }

    private JournaledAuditTrail started() throws IOException {
        var trail = open();
        trail.start();
        return trail;
    }

    private JournaledAuditTrail open() throws IOException {
        return JournaledAuditTrail.open(table, file());
    }

    private Path file() {
        return home.resolve("audit.journal");
    }

    private Map<String, String> outcomes() {
        return DynamoDbLocal.shared()
                .client()
                .queryPaginator(request -> request.tableName(configuration.table())
                        .keyConditionExpression("PK = :day")
                        .expressionAttributeValues(Map.of(":day", AttributeValue.fromS("AUDIT#org#2026-03-01"))))
                .items()
                .stream()
                .collect(Collectors.toMap(
                        item -> required(item, "id").s(),
                        item -> required(item, "outcome").s()));
    }

    private static AuditEvent begun() {
        return new AuditEvent(
                Ids.EVENT.random(),
                "org",
                "file.write",
                "ann",
                null,
                "sbx-1",
                "write",
                Outcome.PENDING,
                NOW,
                "req-1",
                "cli",
                "198.51.100.7",
                Map.of("path", "/api/v1/sandboxes/sbx-1/files"));
    }

    private static AuditEvent withMetadata(AuditEvent event, Map<String, String> metadata) {
        return new AuditEvent(
                event.id(),
                event.organizationId(),
                event.type(),
                event.userId(),
                event.keyId(),
                event.resource(),
                event.action(),
                event.outcome(),
                event.timestamp(),
                event.requestId(),
                event.clientType(),
                event.remoteAddr(),
                metadata);
    }

    private static AuditEvent ended(AuditEvent event) {
        return new AuditEvent(
                event.id(),
                event.organizationId(),
                event.type(),
                event.userId(),
                event.keyId(),
                event.resource(),
                event.action(),
                Outcome.SUCCESS,
                event.timestamp(),
                event.requestId(),
                event.clientType(),
                event.remoteAddr(),
                event.metadata());
    }
}
