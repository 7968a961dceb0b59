package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.audit.DynamoAuditTrail;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The trail as it is asked for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTest {
    private static final String EVENTS = "/api/v1/audit/events";

    private final Surrounded surrounded = new Surrounded();
    private AdminFunction function;

    @BeforeAll
    void start() {
        function = surrounded.start(AdminFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void events_come_by_filters_and_the_newest_first() {
        record("filters", "sandbox.create", "ann", "sbx-1", Outcome.SUCCESS, ago(3));
        record("filters", "sandbox.delete", "ann", "sbx-1", Outcome.SUCCESS, ago(2));
        record("filters", "sandbox.create", "bob", "sbx-2", Outcome.DENIED, ago(1));

        assertThat(ask("filters", "").data("userId")).containsExactly("bob", "ann", "ann");
        assertThat(ask("filters", "?type=sandbox.create").data("resource")).containsExactly("sbx-2", "sbx-1");
        assertThat(ask("filters", "?userId=ann&resource=sbx-1").data("type"))
                .containsExactly("sandbox.delete", "sandbox.create");
        assertThat(ask("filters", "?outcome=denied").data("resource")).containsExactly("sbx-2");
        assertThat(ask("filters", "?sort_order=asc").data("userId")).containsExactly("ann", "ann", "bob");
        assertThat(ask("filters", "?from=" + ago(2)).data("type")).containsExactly("sandbox.create", "sandbox.delete");
        assertThat(ask("filters", "?to=" + ago(2).minusMillis(1)).data("userId"))
                .containsExactly("ann");
        assertThat(ask("filters", "?outcome=perhaps").outcome()).isEqualTo(9004);
        assertThat(ask("filters", "?from=yesterday").outcome()).isEqualTo(9005);
    }

    @Test
    void pages_and_cursors_go_over_days_and_miss_nothing() {
        IntStream.range(0, 25)
                .forEach(i -> record(
                        "days",
                        "t.t",
                        "u" + i,
                        "r",
                        Outcome.SUCCESS,
                        surrounded.clock().instant().minus(Duration.ofHours(i * 7L))));
        var all = IntStream.range(0, 25).mapToObj(i -> (Object) ("u" + i)).toList();

        var pages = new ArrayList<Object>();
        IntStream.rangeClosed(1, 3)
                .forEach(i -> pages.addAll(ask("days", "?limit=10&page=" + i).data("userId")));
        assertThat(pages).isEqualTo(all);
        assertThat(ask("days", "?limit=10").value("pagination.total")).isEqualTo(25);

        var walked = new ArrayList<Object>();
        var answer = ask("days", "?limit=10&cursor=");
        while (true) {
            walked.addAll(answer.data("userId"));
            var next = answer.value("pagination.nextCursor");
            if (next == null) {
                break;
            }
            answer = ask("days", "?limit=10&cursor=" + next);
        }
        assertThat(walked).isEqualTo(all);
        var back = ask("days", "?limit=10&cursor=" + answer.value("pagination.prevCursor"));
        assertThat(back.data("userId")).isEqualTo(all.subList(10, 20));
    }

    @Test
    void what_is_older_than_ninety_days_is_not_told() {
        record(
                "old",
                "t.t",
                "then",
                "r",
                Outcome.SUCCESS,
                surrounded.clock().instant().minus(Duration.ofDays(91)));
        record(
                "old",
                "t.t",
                "lately",
                "r",
                Outcome.SUCCESS,
                surrounded.clock().instant().minus(Duration.ofDays(89)));

        assertThat(ask("old", "").data("userId")).containsExactly("lately");
    }

    @Test
    void a_time_that_nobody_lives_to_see_is_no_work_and_one_without_length_holds_nothing() {
        record("bounds", "t.t", "ann", "r", Outcome.SUCCESS, ago(1));

        assertThat(ask("bounds", "?to=9999-12-31T23:59:59Z").data("userId")).containsExactly("ann");
        for (var empty : List.of(
                "?from=" + ago(1) + "&to=" + ago(2),
                "?from=9999-12-31T23:59:59Z",
                "?to=-0001-01-01T00:00:00Z",
                "?to=0001-01-01T00:00:00Z")) {
            var answer = ask("bounds", empty);
            assertThat(answer.status()).as(empty).isEqualTo(200);
            assertThat(answer.data("userId")).as(empty).isEmpty();
        }
    }

    @Test
    void a_cursor_that_is_behind_the_wanted_time_leads_to_nothing() {
        IntStream.range(0, 3).forEach(i -> record("behind", "t.t", "u" + i, "r", Outcome.SUCCESS, ago(i)));
        var next = ask("behind", "?limit=2&cursor=").value("pagination.nextCursor");

        var answer = ask("behind", "?limit=2&cursor=" + next + "&from=" + ago(0));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.data("userId")).isEmpty();
    }

    @Test
    void what_is_rare_is_found_over_several_pages_none_of_which_reads_without_end() {
        record("rare", "t.rare", "ann", "r", Outcome.SUCCESS, ago(60));
        var trail = function.context().getBean(DynamoAuditTrail.class);
        for (int i = 0; i < 401; i++) {
            trail.record(Stream.generate(() -> event("rare", "t.t", "u", "r", Outcome.SUCCESS, ago(1)))
                    .limit(DynamoAuditTrail.MOST_TOGETHER)
                    .toList());
        }

        var first = ask("rare", "?type=t.rare&cursor=");
        var second = ask("rare", "?type=t.rare&cursor=" + first.value("pagination.nextCursor"));

        assertThat(first.data("userId")).isEmpty();
        assertThat(second.data("userId")).containsExactly("ann");
        assertThat(second.value("pagination.nextCursor")).isNull();
    }

    @Test
    void an_export_is_an_event_a_line_and_says_where_it_goes_on() {
        IntStream.range(0, 3).forEach(i -> record("lines", "t.t", "u" + i, "r", Outcome.SUCCESS, ago(i)));

        var answer = ask("lines", "?format=ndjson&limit=2&cursor=");

        assertThat(answer.header("Content-Type")).startsWith("application/x-ndjson");
        assertThat(new String(answer.bytes(), StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("{\"id\":\"evt-"));
        assertThat(answer.header("X-Next-Cursor")).isNotEmpty();
        var rest = ask("lines", "?format=ndjson&cursor=" + answer.header("X-Next-Cursor"));
        assertThat(new String(rest.bytes(), StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    @Test
    void an_export_has_no_pages_and_is_not_cut_where_one_would_be() {
        IntStream.range(0, 150).forEach(i -> record("exports", "t.t", "u" + i, "r", Outcome.SUCCESS, ago(i)));

        var all = ask("exports", "?format=ndjson");
        var some = ask("exports", "?format=ndjson&limit=149");

        assertThat(new String(all.bytes(), StandardCharsets.UTF_8).lines()).hasSize(150);
        assertThat(all.headers()).doesNotContainKey("X-Next-Cursor");
        assertThat(some.header("X-Next-Cursor")).isNotEmpty();
        assertThat(ask("exports", "?format=ndjson&limit=5001").fields()).containsExactly("limit");
        assertThat(ask("exports", "?format=ndjson&page=2").fields()).containsExactly("page");
    }

    @Test
    void what_was_begun_and_whose_end_nobody_recorded_is_told_as_unfinished() {
        record("died", "process.run", "ann", "sbx-1", Outcome.PENDING, ago(1));

        var answer = ask("died", "?outcome=failed");

        assertThat(answer.data("outcome")).containsExactly("failed");
        assertThat(answer.value("data.0.metadata.unfinished")).isEqualTo("true");
    }

    @Test
    void every_change_is_one_event_with_its_end() {
        ask("one", "POST", "/api/v1/auth/revoke");

        assertThat(ask("one", "").data("outcome")).containsExactly("failed");
        assertThat(ask("one", "").value("data.0.metadata.status")).isEqualTo("422");
    }

    @Test
    void nobody_sees_the_trail_of_another_and_the_deployments_own_is_for_its_operator() {
        record("secret", "t.t", "ann", "r", Outcome.SUCCESS, ago(1));
        Answer.of(function.handle(Events.get(EVENTS).event()));

        assertThat(ask("neighbour", "?organization=secret").outcome()).isEqualTo(200);
        assertThat(byScope("neighbour", "?organization=secret", "audit:read").outcome())
                .isEqualTo(9008);
        assertThat(byScope("neighbour", "?organization=system", "audit:read").outcome())
                .isEqualTo(9008);
        assertThat(Surrounded.ask(function, Events.get(EVENTS + "?organization=system"))
                        .data("outcome"))
                .contains("denied");
        assertThat(byScope("system", "?organization=system", "audit:read").outcome())
                .isEqualTo(9008);
        assertThat(byScope("neighbour", "", "files:read").outcome()).isEqualTo(1005);
    }

    @Test
    void of_many_events_the_last_hour_is_read_without_the_others() {
        var trail = function.context().getBean(AuditTrail.class);
        IntStream.range(0, 3000)
                .parallel()
                .forEach(i -> trail.record(event(
                        "busy",
                        "t.t",
                        "u",
                        "r",
                        Outcome.SUCCESS,
                        surrounded.clock().instant().minus(Duration.ofMinutes(i)))));

        var hour = surrounded.clock().instant().minus(Duration.ofMinutes(59));
        assertThat(ask("busy", "?from=" + hour).value("pagination.total")).isEqualTo(60);
    }

    private Instant ago(int minutes) {
        return surrounded.clock().stored().minus(Duration.ofMinutes(minutes));
    }

    private void record(String organization, String type, String user, String resource, Outcome outcome, Instant at) {
        function.context().getBean(AuditTrail.class).record(event(organization, type, user, resource, outcome, at));
    }

    private static AuditEvent event(
            String organization, String type, String user, String resource, Outcome outcome, Instant at) {
        return event(organization, type, user, resource, outcome, at, Map.of());
    }

    private static AuditEvent event(
            String organization,
            String type,
            String user,
            String resource,
            Outcome outcome,
            Instant at,
            Map<String, String> metadata) {
        return new AuditEvent(
                Ids.EVENT.random(),
                organization,
                type,
                user,
                null,
                resource,
                "a",
                outcome,
                at,
                "req-1",
                "cli",
                "198.51.100.7",
                metadata);
    }

    private Answer ask(String organization, String query) {
        return ask(organization, "GET", EVENTS + query);
    }

    private Answer ask(String organization, String method, String target) {
        return by(organization, Events.of(method, target), "*");
    }

    private Answer byScope(String organization, String query, String scope) {
        return by(organization, Events.get(EVENTS + query), scope);
    }

    private Answer by(String organization, Events request, String scope) {
        var claims = Tokens.claims("auditor", surrounded.clock().instant())
                .claim("org", organization)
                .claim("scopes", List.of(scope));
        return Answer.of(function.handle(request.bearer(Tokens.hs256(claims)).event()));
    }
}
