package dev.elevo.functions.sandboxes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.RefusedCalls;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditSearch;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.keys.DynamoStandings;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Sandboxes;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every end has its reason, and nothing half-made stays so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SweepTest {
    private static final String PATH = "/api/v1/sandboxes";

    private Surrounded surrounded;
    private SandboxesFunction function;
    private SandboxStore store;
    private InMemoryAgent agent;
    private SettableClock clock;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(SandboxesFunction::new);
        store = function.context().getBean(SandboxStore.class);
        agent = surrounded.agent();
        clock = surrounded.clock();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void what_is_past_its_time_is_stopped_as_expired() {
        var id = create("{\"timeoutMs\":60000}");
        clock.advance(Duration.ofMinutes(1));

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.STOPPED);
        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.EXPIRED));
        assertThat(agent.get(id).state()).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void what_belongs_to_a_disabled_organization_or_user_is_stopped_as_evicted() {
        var standings = function.context().getBean(DynamoStandings.class);
        var first = create("{}");
        standings.save(Surrounded.ORGANIZATION, new Standing(true, Set.of(), null, null, null, RateLimits.NONE), 1);
        sweep();
        assertThat(stored(first).state()).isEqualTo(SandboxState.STOPPED);
        assertThat(stored(first).ending()).isEqualTo(Ending.ofDisabled("Its organization"));

        standings.save(Surrounded.ORGANIZATION, Standing.USUAL, 2);
        var second = create("{}");
        sweep();
        assertThat(stored(second).state()).isEqualTo(SandboxState.RUNNING);

        var maker = stored(second).settings().createdBy();
        standings.save(
                Surrounded.ORGANIZATION, new Standing(false, Set.of(maker), null, null, null, RateLimits.NONE), 3);
        sweep();
        assertThat(stored(second).ending()).isEqualTo(Ending.ofDisabled("Its maker"));
        standings.save(Surrounded.ORGANIZATION, Standing.USUAL, 4);
        // What is let in is remembered for a while.
        clock.advance(Duration.ofMinutes(1));
        assertThat(ask(Events.get(PATH + "/" + second)).body())
                .containsEntry("endReason", "evicted")
                .containsEntry("endedBy", "system")
                .containsEntry("endDetail", "Its maker is disabled");
        assertThat(trail("sandbox.stop", second))
                .singleElement()
                .extracting(event -> event.metadata().get("detail"))
                .isEqualTo("Its maker is disabled");
    }

    @Test
    void what_nobody_asked_for_is_in_the_trail_and_what_somebody_asked_for_is_there_once() {
        var expired = create("{\"timeoutMs\":60000}");
        var idle = create("{\"autoStopMinutes\":1,\"autoPause\":true}");
        var evicted = create("{}");
        var broken = create("{}");
        var asked = create("{}");
        agent.end(evicted, SandboxState.STOPPED, EndReason.EVICTED, null);
        agent.end(broken, SandboxState.FAILED, EndReason.FAILED, "out of memory");
        ask(Events.of("POST", PATH + "/" + asked + "/stop"));
        clock.advance(Duration.ofMinutes(1));

        sweep();
        sweep();

        assertThat(own(expired)).containsExactly("sandbox.stop system success expired from running");
        assertThat(own(idle)).containsExactly("sandbox.pause system success idle from running");
        assertThat(own(evicted)).containsExactly("sandbox.stop system success evicted from running");
        assertThat(own(broken)).containsExactly("sandbox.fail system failed failed from running");
        assertThat(own(asked)).isEmpty();
        assertThat(trail("sandbox.stop", asked)).hasSize(1);
    }

    @Test
    void what_is_deleted_by_itself_is_in_the_trail() {
        var rested = create("{\"autoDeleteMinutes\":1}");
        var ephemeral = create("{\"ephemeral\":true,\"timeoutMs\":60000}");
        ask(Events.of("POST", PATH + "/" + rested + "/stop"));
        clock.advance(Duration.ofMinutes(1));

        sweep();

        assertThat(own(rested)).containsExactly("sandbox.delete system success auto_delete from stopped");
        assertThat(own(ephemeral)).containsExactly("sandbox.delete system success expired from running");
    }

    private List<String> own(String id) {
        return trail(null, id).stream()
                .filter(event -> Ending.SYSTEM.equals(event.userId()))
                .map(event -> "%s %s %s %s from %s"
                        .formatted(
                                event.type(),
                                event.userId(),
                                event.outcome().label(),
                                event.metadata().get("reason"),
                                event.metadata().get("from")))
                .toList();
    }

    private List<AuditEvent> trail(@Nullable String type, String resource) {
        return function.context()
                .getBean(AuditSearch.class)
                .find(
                        new AuditSearch.Wanted(Surrounded.ORGANIZATION, type, null, resource, null, null, null),
                        new PageQuery(new Sort("timestamp", true), 100, new PageQuery.Numbered(1)))
                .items();
    }

    @Test
    void a_quota_of_the_organization_goes_before_the_deployments() {
        var standings = function.context().getBean(DynamoStandings.class);
        standings.save(Surrounded.ORGANIZATION, new Standing(false, Set.of(), 0, null, null, RateLimits.NONE), 5);

        assertThat(ask(Events.post(PATH, "{}")).outcome()).isEqualTo(2004);
        standings.save(Surrounded.ORGANIZATION, Standing.USUAL, 6);
    }

    @Test
    void what_the_engine_was_not_told_is_told_by_the_next_sweep() {
        var id = create("{\"timeoutMs\":3600000}");
        // As if whoever changed it had died between the two.
        agent.setNetwork(id, NetworkConfig.DEFAULT.withoutInternet());
        agent.setDeadline(id, Deadline.NEVER);

        sweep();

        assertThat(agent.get(id).network()).isEqualTo(stored(id).settings().network());
        var expiresAt = requireNonNull(stored(id).times().expiresAt());
        assertThat(agent.get(id).deadline()).isBetween(expiresAt, expiresAt.plusSeconds(1));
    }

    @Test
    void what_was_changed_before_somebody_finished_its_creation_holds() {
        var made = Sandboxes.creating(Surrounded.ORGANIZATION, "half-made", clock.instant());
        var id = made.id();
        store.create(made, 1000);
        agent.create(InMemoryAgent.ordinary(id));
        var patched = ask(Events.of("PATCH", PATH + "/" + id)
                .header("content-type", "application/json")
                .body("{\"network\":{\"allowInternet\":false},\"timeoutMs\":5000}"));
        assertThat(patched.status()).as(patched.text()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(2));

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(agent.get(id).network().allowInternet()).isFalse();
        assertThat(agent.get(id).deadline()).isNotNull();
    }

    @Test
    void what_nobody_uses_is_stopped_as_idle() {
        var id = create("{\"timeoutMs\":0,\"autoStopMinutes\":10}");
        clock.advance(Duration.ofMinutes(9));
        sweep();
        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);

        clock.advance(Duration.ofMinutes(1));
        sweep();

        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.IDLE));
    }

    @Test
    void one_that_is_used_past_the_functions_is_not_idle() {
        var id = create("{\"autoStopMinutes\":2}");
        clock.advance(Duration.ofSeconds(90));
        agent.use(id, clock.instant());
        clock.advance(Duration.ofSeconds(60));
        sweep();
        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(stored(id).times().lastActivityAt()).isEqualTo(clock.stored().minusSeconds(60));

        clock.advance(Duration.ofSeconds(60));
        sweep();
        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.IDLE));
    }

    @Test
    void an_ephemeral_sandbox_past_its_time_is_deleted_with_the_reason() {
        var id = create("{\"timeoutMs\":60000,\"ephemeral\":true}");
        clock.advance(Duration.ofMinutes(1));

        sweep();

        assertThat(agent.has(id)).isFalse();
        var shown = ask(Events.get(PATH + "?state=deleted&limit=100"));
        assertThat(shown.data("id")).contains(id);
        assertThat(shown.value("data." + shown.data("id").indexOf(id) + ".endReason"))
                .isEqualTo("expired");
    }

    @Test
    void a_stopped_sandbox_is_deleted_when_its_rest_is_over() {
        var id = create("{\"timeoutMs\":1000,\"autoDeleteMinutes\":5}");
        clock.advance(Duration.ofSeconds(1));
        sweep();
        clock.advance(Duration.ofMinutes(5));

        sweep();

        assertThat(store.find(Surrounded.ORGANIZATION, id)).isEmpty();
        assertThat(agent.has(id)).isFalse();
    }

    @Test
    void what_the_host_lost_is_failed_for_good() {
        var id = create("{}");
        clock.advance(Duration.ofMinutes(1));
        agent.lose(id);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.FAILED);
        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.FAILED));
        assertThat(requireNonNull(stored(id).breakdown()).recoverable()).isFalse();
    }

    @Test
    void what_died_is_failed_and_may_be_started_again() {
        var id = create("{}");
        agent.end(id, SandboxState.FAILED, EndReason.FAILED, "out of memory");

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.FAILED);
        assertThat(requireNonNull(stored(id).breakdown()).reason()).isEqualTo("out of memory");
        assertThat(requireNonNull(stored(id).breakdown()).recoverable()).isTrue();
    }

    @Test
    void what_nobody_uses_is_paused_where_it_was_told_to_be() {
        var id = create("{\"timeoutMs\":0,\"autoStopMinutes\":10,\"autoPause\":true}");
        clock.advance(Duration.ofMinutes(10));

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.PAUSED);
        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.IDLE));
        assertThat(agent.get(id).state()).isEqualTo(SandboxState.PAUSED);
        clock.advance(Duration.ofDays(1));
        sweep();
        assertThat(stored(id).state()).as("its clock stands still").isEqualTo(SandboxState.PAUSED);
    }

    @Test
    void a_stop_that_died_half_way_is_finished_for_its_reason() {
        var id = create("{}");
        var why = new Ending(EndReason.REQUESTED, "key-7");
        mark(id, Action.STOP, why);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.STOPPED);
        assertThat(stored(id).ending()).isEqualTo(why);
        assertThat(stored(id).pending()).isNull();
        assertThat(agent.get(id).state()).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void a_restart_that_died_half_way_is_finished() {
        var id = create("{}");
        var before = agent.starts();
        mark(id, Action.RESTART, new Ending(EndReason.REQUESTED, "key-7"));

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(stored(id).pending()).isNull();
        assertThat(agent.starts()).isEqualTo(before + 1);
    }

    @Test
    void a_start_that_died_half_way_is_finished() {
        var id = create("{}");
        ask(Events.post(PATH + "/" + id + "/stop", "{\"force\":true}"));
        var seen = stored(id);
        var why = new Ending(EndReason.REQUESTED, "key-7");
        store.replace(seen, seen.starting(new Pending(Action.START, why, clock.instant())));

        sweep();
        assertThat(stored(id).state()).isEqualTo(SandboxState.CREATING);
        clock.advance(Abandoned.AFTER);
        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(agent.get(id).state()).isEqualTo(SandboxState.RUNNING);
    }

    @Test
    void a_stop_whose_grace_is_not_over_is_left_alone() {
        var id = create("{}");
        var seen = stored(id);
        var due = clock.instant().plusSeconds(300);
        store.replace(seen, seen.beginning(new Pending(Action.STOP, new Ending(EndReason.REQUESTED, "key-7"), due)));
        clock.advance(Abandoned.AFTER);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
    }

    @Test
    void what_the_engine_paused_and_nobody_recorded_is_paused() {
        var id = create("{}");
        agent.pause(id);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.PAUSED);
    }

    @Test
    void what_the_engine_resumed_and_nobody_recorded_runs() {
        var id = create("{}");
        ask(Events.of("POST", PATH + "/" + id + "/pause"));
        agent.resume(id, Deadline.NEVER);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(stored(id).times().expiresAt()).isNotNull();
    }

    private void mark(String id, Action action, Ending why) {
        var seen = stored(id);
        store.replace(seen, seen.beginning(new Pending(action, why, clock.instant())));
        clock.advance(Abandoned.AFTER);
    }

    @Test
    void what_ended_with_its_host_is_stopped_for_the_reason_the_agent_gives() {
        var id = create("{}");
        agent.end(id, SandboxState.STOPPED, EndReason.EVICTED, null);

        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.STOPPED);
        assertThat(stored(id).ending()).isEqualTo(Ending.bySystem(EndReason.EVICTED));
    }

    @Test
    void a_creation_that_died_half_way_is_finished() {
        var id = record(Sandboxes.creating(Surrounded.ORGANIZATION, name(), clock.instant()));

        sweep();
        assertThat(stored(id).state()).isEqualTo(SandboxState.CREATING);
        clock.advance(Abandoned.AFTER);
        sweep();

        assertThat(stored(id).state()).isEqualTo(SandboxState.RUNNING);
        assertThat(agent.has(id)).isTrue();
    }

    @Test
    void a_deletion_that_died_half_way_is_finished_for_its_reason() {
        var id = create("{}");
        var seen = stored(id);
        var why = new Ending(EndReason.REQUESTED, "key-7");
        store.replace(seen, seen.beginning(new Pending(Action.FORCE_DELETE, why, clock.instant())));
        clock.advance(Abandoned.AFTER);

        sweep();

        assertThat(store.find(Surrounded.ORGANIZATION, id)).isEmpty();
        assertThat(agent.has(id)).isFalse();
    }

    @Test
    void what_the_engine_has_and_nobody_knows_is_deleted() {
        var orphan = Ids.SANDBOX.random();
        agent.create(InMemoryAgent.ordinary(orphan));

        sweep();

        assertThat(agent.has(orphan)).isFalse();
    }

    @Test
    void a_sandbox_that_came_to_life_after_it_had_failed_is_stopped() {
        var name = name();
        assertThat(ask(Events.post(PATH, "{\"resources\":{\"memoryMB\":9000},\"name\":\"" + name + "\"}"))
                        .status())
                .isEqualTo(503);
        var id = ask(Events.get(PATH + "/" + name)).textAt("id");
        agent.create(InMemoryAgent.ordinary(id));

        sweep();

        assertThat(agent.get(id).state()).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void what_a_host_has_refused_comes_into_the_trail_once_and_is_forgotten_there() {
        var id = create("{}");
        var forged = new RefusedCalls("one", id, "process", 1004, clock.stored(), clock.stored(), 7);
        agent.refuse(forged);
        agent.refuse(new RefusedCalls("other", "none", "transfer", 1003, clock.stored(), clock.stored(), 1));

        sweep();
        // As if the one before had died before the host was told.
        agent.refuse(forged);
        sweep();

        assertThat(agent.refused()).isEmpty();
        assertThat(refused(Surrounded.ORGANIZATION)).singleElement().satisfies(event -> {
            assertThat(event.resource()).isEqualTo(id);
            assertThat(event.metadata()).containsEntry("operation", "process").containsEntry("count", "7");
        });
        assertThat(refused(AuditEvent.SYSTEM)).extracting(AuditEvent::resource).containsExactly("none");
    }

    private List<AuditEvent> refused(String organization) {
        return function.context()
                .getBean(AuditSearch.class)
                .find(
                        new AuditSearch.Wanted(organization, "capability.use", null, null, null, null, null),
                        new PageQuery(new Sort("timestamp", true), 100, new PageQuery.Numbered(1)))
                .items();
    }

    private void sweep() {
        function.runSchedule("sweep");
    }

    private String create(String body) {
        var answer = ask(Events.post(PATH, body));
        assertThat(answer.status()).isEqualTo(201);
        return answer.textAt("id");
    }

    private String record(Sandbox sandbox) {
        store.create(sandbox, 100);
        return sandbox.id();
    }

    private Sandbox stored(String id) {
        return store.find(Surrounded.ORGANIZATION, id).orElseThrow();
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }

    private static String name() {
        return "box-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
