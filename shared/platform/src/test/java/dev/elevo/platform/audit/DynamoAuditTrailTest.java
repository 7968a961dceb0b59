package dev.elevo.platform.audit;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.DynamoDbLocal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class DynamoAuditTrailTest {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();

    private final AuditTrail trail = new DynamoAuditTrail(DynamoDbLocal.shared().client(), TABLE);

    @Test
    void a_record_holds_who_did_what_to_what_and_how_it_ended() {
        trail.record(event("whole", "ann", "key-1", Instant.parse("2026-03-01T10:30:00.123456Z")));

        var item = day("whole", "2026-03-01").getFirst();
        assertThat(texts(item))
                .containsAllEntriesOf(Map.of(
                        "type", "sandbox.create",
                        "userId", "ann",
                        "keyId", "key-1",
                        "resource", "sbx-1",
                        "action", "create",
                        "outcome", "denied",
                        "timestamp", "2026-03-01T10:30:00.123Z",
                        "requestId", "req-1",
                        "clientType", "cli"))
                .containsEntry("remoteAddr", "198.51.100.7");
        assertThat(required(item, "metadata").m()).containsEntry("path", string("/api/v1/sandboxes"));
    }

    @Test
    void a_caller_nobody_knows_leaves_a_record_too() {
        trail.record(event("unknown", null, null, Instant.parse("2026-03-01T10:30:00Z")));

        assertThat(day("unknown", "2026-03-01").getFirst()).doesNotContainKeys("userId", "keyId");
    }

    @Test
    void a_day_is_in_the_order_of_time_and_ends_at_midnight() {
        var morning = event("days", "ann", null, Instant.parse("2026-03-01T00:00:00Z"));
        var noon = event("days", "ann", null, Instant.parse("2026-03-01T12:00:00.001Z"));
        var night = event("days", "ann", null, Instant.parse("2026-03-01T23:59:59.999999Z"));
        var nextDay = event("days", "ann", null, Instant.parse("2026-03-02T00:00:00Z"));
        List.of(nextDay, night, morning, noon).forEach(trail::record);

        assertThat(day("days", "2026-03-01"))
                .extracting(item -> required(item, "id").s())
                .containsExactly(morning.id(), noon.id(), night.id());
        assertThat(day("days", "2026-03-02")).hasSize(1);
    }

    @Test
    void two_events_of_one_millisecond_are_two_records() {
        var now = Instant.parse("2026-03-01T10:30:00Z");
        trail.record(event("same", "ann", null, now));
        trail.record(event("same", "ann", null, now));

        assertThat(day("same", "2026-03-01")).hasSize(2);
    }

    @Test
    void a_record_is_kept_for_ninety_days() {
        var now = Instant.parse("2026-03-01T10:30:00Z");
        trail.record(event("kept", "ann", null, now));

        assertThat(required(day("kept", "2026-03-01").getFirst(), StateTable.TTL)
                        .n())
                .isEqualTo(Long.toString(now.plus(Duration.ofDays(90)).getEpochSecond()));
    }

    @Test
    void of_many_at_the_same_moment_none_is_lost() throws Exception {
        var now = Instant.parse("2026-03-01T10:30:00Z");
        var events = IntStream.range(0, 200)
                .mapToObj(i -> event("many", "ann", null, now.plusMillis(i % 3)))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            events.forEach(event -> threads.execute(() -> trail.record(event)));
        }

        assertThat(day("many", "2026-03-01"))
                .extracting(item -> required(item, "id").s())
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(AuditEvent::id).toList());
    }

    private static List<Map<String, AttributeValue>> day(String organization, String date) {
        return DynamoDbLocal.shared()
                .client()
                .query(request -> request.tableName(TABLE.table())
                        .keyConditionExpression("PK = :day")
                        .expressionAttributeValues(Map.of(":day", string("AUDIT#" + organization + "#" + date))))
                .items();
    }

    private static Map<String, String> texts(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .filter(entry -> entry.getValue().s() != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().s()));
    }

    private static AuditEvent event(
            String organization, @Nullable String user, @Nullable String keyId, Instant timestamp) {
        return new AuditEvent(
                Ids.EVENT.random(),
                organization,
                "sandbox.create",
                user,
                keyId,
                "sbx-1",
                "create",
                Outcome.DENIED,
                timestamp,
                "req-1",
                "cli",
                "198.51.100.7",
                Map.of("path", "/api/v1/sandboxes"));
    }
}
