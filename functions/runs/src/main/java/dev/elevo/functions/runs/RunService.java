package dev.elevo.functions.runs;

import dev.elevo.contract.Ids;
import dev.elevo.contract.run.CreateRun;
import dev.elevo.contract.run.FinishRun;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.contract.run.RunStatus;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do with runs. */
@Singleton
class RunService {
    static final String DEFAULT_PROJECT = "default";

    /** As long as an idempotency key is remembered; after it the key means a new run. */
    static final Duration ATTEMPT_LIFE = Duration.ofHours(24);

    private final RunStore store;
    private final SandboxStore sandboxes;
    private final Documents documents;
    private final RunCleaning cleaning;
    private final LogWakeups wakeups;
    private final InstantSource clock;

    RunService(
            RunStore store,
            SandboxStore sandboxes,
            Documents documents,
            RunCleaning cleaning,
            LogWakeups wakeups,
            InstantSource clock) {
        this.store = store;
        this.sandboxes = sandboxes;
        this.documents = documents;
        this.cleaning = cleaning;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    Run create(Principal caller, CreateRun wanted, @Nullable IdempotencyKey key) {
        var params = documents.write(Objects.requireNonNullElse(wanted.params(), Map.of()));
        RunRules.check(wanted, params);
        var sandbox = wanted.sandboxId() == null ? null : sandbox(caller, wanted.sandboxId());
        var id = key == null ? Ids.RUN.random() : Ids.RUN.derivedFrom(key.seed());
        while (true) {
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var run = draw(id, caller, wanted, params, sandbox, now);
            switch (store.create(run)) {
                case RunStore.Created.Done() -> {
                    return run;
                }
                case RunStore.Created.Existed(Run present) -> {
                    if (!present.createdAt().isBefore(now.minus(ATTEMPT_LIFE))) {
                        return present;
                    }
                    id = Ids.RUN.random();
                }
                case RunStore.Created.QuotaReached() ->
                    throw RunFailures.full("runs", RunLimits.RUNS_PER_ORGANIZATION)
                            .asException();
            }
        }
    }

    private String sandbox(Principal caller, String idOrName) {
        return sandboxes
                .find(caller.organizationId(), idOrName)
                .map(Sandbox::id)
                .orElseThrow(() -> SandboxFailures.notFound(idOrName).asException());
    }

    private static Run draw(
            String id, Principal caller, CreateRun wanted, String params, @Nullable String sandbox, Instant now) {
        var project = wanted.project();
        return new Run(
                id,
                caller.organizationId(),
                wanted.name(),
                project == null || project.isEmpty() ? DEFAULT_PROJECT : project,
                RunStatus.RUNNING,
                sandbox,
                params,
                null,
                Objects.requireNonNullElse(wanted.labels(), Map.of()),
                caller.userId(),
                now,
                null);
    }

    Slice<Run> list(Principal caller, Selection selection, PageQuery page) {
        return store.list(caller.organizationId(), selection, page);
    }

    Run get(Principal caller, String id) {
        return store.find(caller.organizationId(), id)
                .orElseThrow(() -> RunFailures.noRun(id).asException());
    }

    Run finish(Principal caller, String id, FinishRun wanted) {
        var outcome = RunStatus.of(wanted.status());
        var summary = wanted.summary() == null ? null : documents.write(wanted.summary());
        RunRules.check(wanted, summary);
        while (true) {
            var seen = get(caller, id);
            if (seen.status() == outcome) {
                return seen;
            }
            if (seen.status() != RunStatus.RUNNING) {
                throw RunFailures.finished(seen.status()).asException();
            }
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var finished = seen.finished(outcome, summary, now);
            if (store.finish(seen, finished)) {
                wakeups.changed(RunKey.of(finished));
                return finished;
            }
        }
    }

    void delete(Principal caller, String id) {
        while (true) {
            var seen = get(caller, id);
            if (store.delete(seen)) {
                wakeups.changed(RunKey.of(seen));
                cleaning.clearRecords(RunKey.of(seen));
                return;
            }
        }
    }
}
