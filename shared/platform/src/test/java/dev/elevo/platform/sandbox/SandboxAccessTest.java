package dev.elevo.platform.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.testing.SettableClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SandboxAccessTest {
    private static final String ORG = "acme";
    private static final Ending REQUESTED = new Ending(EndReason.REQUESTED, "key-1");

    private final SettableClock clock = new SettableClock();
    private final Map<String, Sandbox> records = new HashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger touches = new AtomicInteger();
    private final SandboxAccess access = new SandboxAccess(store(), clock);

    private final Sandbox box =
            Sandboxes.creating(ORG, "web", clock.instant()).running(Sandboxes.WALL, clock.instant());

    SandboxAccessTest() {
        keep(box);
    }

    @Test
    void of_many_calls_in_a_moment_one_reads_the_record() {
        for (int call = 0; call < 10; call++) {
            assertThat(in(box.id())).isEqualTo(box.id());
        }
        assertThat(reads).hasValue(1);

        clock.advance(SandboxAccess.RECENTLY);
        in(box.id());

        assertThat(reads).hasValue(2);
    }

    @Test
    void a_name_leads_to_whose_it_is_by_now() {
        var other = Sandboxes.creating(ORG, "other", clock.instant()).running(Sandboxes.WALL, clock.instant());
        assertThat(in("web")).isEqualTo(box.id());

        records.put("web", other);

        assertThat(in("web")).isEqualTo(other.id());
    }

    @Test
    void so_does_a_name_that_looks_like_an_id() {
        var name = "sbx-" + "a".repeat(box.id().length() - 4);
        var other = Sandboxes.creating(ORG, name, clock.instant()).running(Sandboxes.WALL, clock.instant());
        records.put(name, box);
        assertThat(in(name)).isEqualTo(box.id());

        records.put(name, other);

        assertThat(in(name)).isEqualTo(other.id());
    }

    @Test
    void what_is_known_of_it_is_for_its_own_organization() {
        in(box.id());

        refused(() -> access.inside("somebody-else", box.id(), id -> id), ErrorCode.SANDBOX_NOT_FOUND);
    }

    @Test
    void what_its_host_refuses_is_told_by_its_record() {
        in(box.id());
        keep(box.stopped(REQUESTED, clock.instant()));

        refused(() -> in(box.id(), ErrorCode.SANDBOX_NOT_FOUND), ErrorCode.SANDBOX_NOT_RUNNING)
                .hasMessageContaining("it is stopped");
        refused(() -> in(box.id()), ErrorCode.SANDBOX_NOT_RUNNING);
    }

    @Test
    void whatever_fails_on_what_does_not_run_any_more_its_record_says_it() {
        for (var failure : List.of(
                failure(ErrorCode.FILE_NOT_FOUND), failure(ErrorCode.NOT_IMPLEMENTED), new IllegalStateException())) {
            keep(box);
            in(box.id());
            keep(box.stopped(REQUESTED, clock.instant()));

            refused(() -> failing(failure), ErrorCode.SANDBOX_NOT_RUNNING);
        }
        keep(box);
        in(box.id());
        refused(() -> failing(failure(ErrorCode.FILE_NOT_FOUND)), ErrorCode.FILE_NOT_FOUND);
    }

    @Test
    void who_was_inside_when_it_ended_is_told_so_whatever_its_record_says_by_now() {
        in(box.id());
        keep(box.stopped(REQUESTED, clock.instant()));

        refused(() -> failing(failure(ErrorCode.PROCESS_KILLED)), ErrorCode.PROCESS_KILLED);
        refused(() -> in(box.id()), ErrorCode.SANDBOX_NOT_RUNNING);
    }

    private void failing(RuntimeException failure) {
        access.inside(ORG, box.id(), id -> {
            throw failure;
        });
    }

    @Test
    void what_was_deleted_is_not_there() {
        in(box.id());
        records.clear();

        refused(() -> in(box.id(), ErrorCode.SANDBOX_NOT_FOUND), ErrorCode.SANDBOX_NOT_FOUND);
    }

    @Test
    void a_host_that_does_not_answer_may_have_nothing_to_answer_for() {
        in(box.id());
        keep(box.paused(REQUESTED));
        refused(() -> in(box.id(), ErrorCode.SERVICE_UNAVAILABLE), ErrorCode.SANDBOX_NOT_RUNNING);

        keep(box);
        refused(() -> in(box.id(), ErrorCode.SERVICE_UNAVAILABLE), ErrorCode.SERVICE_UNAVAILABLE);
    }

    @Test
    void what_its_host_has_lost_does_not_run() {
        refused(() -> in(box.id(), ErrorCode.SANDBOX_NOT_FOUND), ErrorCode.SANDBOX_NOT_RUNNING);
    }

    @Test
    void the_work_is_done_once_whatever_comes_of_it() {
        var done = new AtomicInteger();
        in(box.id());

        refused(
                () -> access.inside(ORG, box.id(), sandbox -> {
                    done.incrementAndGet();
                    throw failure(ErrorCode.SANDBOX_NOT_RUNNING);
                }),
                ErrorCode.SANDBOX_NOT_RUNNING);

        assertThat(done).hasValue(1);
    }

    @Test
    void who_uses_it_all_the_time_is_noted_now_and_then() {
        var end = clock.instant().plus(Duration.ofSeconds(40));
        while (clock.instant().isBefore(end)) {
            in(box.id());
            clock.advance(Duration.ofMillis(500));
        }

        assertThat(touches).hasValue(2);
    }

    @Test
    void a_time_that_is_over_meanwhile_is_over() {
        clock.advance(
                Duration.between(clock.instant().plusSeconds(1), box.times().expiresAt()));
        in(box.id());
        keep(box.stopped(REQUESTED, clock.instant()));
        clock.advance(Duration.ofSeconds(1));

        refused(() -> in(box.id()), ErrorCode.SANDBOX_NOT_RUNNING);
    }

    private void keep(Sandbox sandbox) {
        records.put(sandbox.id(), sandbox);
        records.put(sandbox.name(), sandbox);
    }

    private String in(String idOrName) {
        return access.inside(ORG, idOrName, id -> id);
    }

    private void in(String idOrName, ErrorCode refusal) {
        access.inside(ORG, idOrName, sandbox -> {
            throw failure(refusal);
        });
    }

    private static ApiException failure(ErrorCode code) {
        return code == ErrorCode.SERVICE_UNAVAILABLE
                ? new Failure.Unavailable("nobody answers", Duration.ofSeconds(1)).asException()
                : new Failure.Refused(code, "its host says so", Map.of()).asException();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call, ErrorCode code) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    /** Of the store no more than the door asks for. */
    private SandboxStore store() {
        return (SandboxStore) Proxy.newProxyInstance(
                SandboxStore.class.getClassLoader(),
                new Class<?>[] {SandboxStore.class},
                (store, method, arguments) -> switch (method.getName()) {
                    case "find" -> found((String) arguments[0], (String) arguments[1]);
                    case "touch" -> touched((Sandbox) arguments[0], (Instant) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Optional<Sandbox> found(String organizationId, String idOrName) {
        reads.incrementAndGet();
        return Optional.ofNullable(records.get(idOrName))
                .filter(found -> found.organizationId().equals(organizationId));
    }

    private @Nullable Object touched(Sandbox seen, Instant now) {
        touches.incrementAndGet();
        keep(seen.used(now));
        return null;
    }
}
