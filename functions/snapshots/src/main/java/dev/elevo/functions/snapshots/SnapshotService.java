package dev.elevo.functions.snapshots;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.snapshot.CheckpointSandbox;
import dev.elevo.contract.snapshot.CreateSnapshot;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.StateMachine;
import dev.elevo.platform.snapshot.Origin;
import dev.elevo.platform.snapshot.Snapshot;
import dev.elevo.platform.snapshot.SnapshotFailures;
import dev.elevo.platform.snapshot.SnapshotStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do with snapshots. */
@Singleton
class SnapshotService {
    /** As long as an idempotency key is remembered; after it the key means a new snapshot. */
    private static final Duration ATTEMPT_LIFE = Duration.ofHours(24);

    private static final int MOST_OF_A_NAME = 40;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private final SnapshotStore store;
    private final SandboxStore sandboxes;
    private final SnapshotWork work;
    private final Deployment deployment;
    private final Standings standings;
    private final InstantSource clock;

    SnapshotService(
            SnapshotStore store,
            SandboxStore sandboxes,
            SnapshotWork work,
            Deployment deployment,
            Standings standings,
            InstantSource clock) {
        this.store = store;
        this.sandboxes = sandboxes;
        this.work = work;
        this.deployment = deployment;
        this.standings = standings;
        this.clock = clock;
    }

    /** One with its name from its sandbox and the time, where it has none. */
    Snapshot checkpoint(Principal caller, String sandboxId, CheckpointSandbox wanted, @Nullable IdempotencyKey key) {
        var sandbox = sandbox(caller, sandboxId);
        var name =
                sandbox.name().length() > MOST_OF_A_NAME ? sandbox.name().substring(0, MOST_OF_A_NAME) : sandbox.name();
        return create(caller, sandbox, wanted.of(sandbox.id(), name + "-" + STAMP.format(clock.instant())), key);
    }

    Snapshot create(Principal caller, CreateSnapshot wanted, @Nullable IdempotencyKey key) {
        return create(caller, sandbox(caller, wanted.sandboxId()), wanted, key);
    }

    private Snapshot create(Principal caller, Sandbox sandbox, CreateSnapshot wanted, @Nullable IdempotencyKey key) {
        SnapshotRules.check(wanted, sandbox);
        if (StateMachine.judge(sandbox, Action.SNAPSHOT) instanceof StateMachine.Refused(ErrorCode code)) {
            throw SandboxFailures.refused(code, sandbox, Action.SNAPSHOT).asException();
        }
        var snapshot = register(sandbox, wanted, key);
        if (snapshot.state() != SnapshotState.CREATING) {
            return snapshot;
        }
        if (Boolean.FALSE.equals(wanted.waits())) {
            work.order(snapshot);
            return snapshot;
        }
        return work.begin(snapshot).await(deployment.maxWait()).orElseGet(() -> get(caller, snapshot.id()));
    }

    private Sandbox sandbox(Principal caller, String idOrName) {
        return sandboxes
                .find(caller.organizationId(), idOrName)
                .orElseThrow(() -> SandboxFailures.notFound(idOrName).asException());
    }

    private Snapshot register(Sandbox sandbox, CreateSnapshot wanted, @Nullable IdempotencyKey key) {
        var id = key == null ? Ids.SNAPSHOT.random() : Ids.SNAPSHOT.derivedFrom(key.seed());
        while (true) {
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var snapshot = draw(id, sandbox, wanted, now);
            var quota = standings.of(sandbox.organizationId()).snapshots(deployment.snapshotsPerOrganization());
            switch (store.create(snapshot, quota)) {
                case SnapshotStore.Created.Done() -> {
                    return snapshot;
                }
                case SnapshotStore.Created.Existed(Snapshot present) -> {
                    if (present.createdAt().isBefore(now.minus(ATTEMPT_LIFE))) {
                        id = Ids.SNAPSHOT.random();
                    } else if (present.state() == SnapshotState.FAILED) {
                        // The earlier try came to nothing; it makes place for this one.
                        work.remove(present);
                    } else {
                        return present;
                    }
                }
                case SnapshotStore.Created.NameTaken() -> freeName(sandbox.organizationId(), wanted.name());
                case SnapshotStore.Created.QuotaReached() -> freePlace(sandbox.organizationId(), quota);
            }
        }
    }

    /** One that failed is kept to say why, and does not keep its name from those who try again. */
    private void freeName(String organizationId, String name) {
        var holder = store.find(organizationId, name);
        if (holder.isPresent() && holder.get().state() != SnapshotState.FAILED) {
            throw new Failure.Refused(
                            ErrorCode.SNAPSHOT_EXISTS, "The name " + name + " is in use", Map.of("name", name))
                    .asException();
        }
        holder.ifPresent(work::remove);
    }

    /** Nor its place in the quota. */
    private void freePlace(String organizationId, int quota) {
        var oldest = store.list(organizationId).stream()
                .filter(snapshot -> snapshot.state() == SnapshotState.FAILED)
                .min(Comparator.comparing(Snapshot::createdAt));
        work.remove(oldest.orElseThrow(() -> new Failure.Refused(
                        ErrorCode.SNAPSHOT_LIMIT_EXCEEDED,
                        "The organization has as many snapshots as it may have",
                        Map.of("limit", quota))
                .asException()));
    }

    private static Snapshot draw(String id, Sandbox sandbox, CreateSnapshot wanted, Instant now) {
        var settings = sandbox.settings();
        var hours = wanted.expiresInHours();
        return new Snapshot(
                id,
                sandbox.organizationId(),
                wanted.name(),
                SnapshotState.CREATING,
                sandbox.id(),
                new Origin(
                        settings.template(),
                        settings.env(),
                        settings.workDir(),
                        settings.user(),
                        settings.shell(),
                        Objects.requireNonNull(settings.resources().disk(), "the defaults are filled in")),
                wanted.description(),
                Objects.requireNonNullElse(wanted.labels(), Map.of()),
                Objects.requireNonNullElse(wanted.metadata(), Map.of()),
                0,
                now,
                null,
                hours == null || hours == 0 ? null : now.plus(Duration.ofHours(hours)),
                null,
                Set.of(),
                1);
    }

    /** Those whose time is over are not shown any more, though the sweeper comes only once a minute. */
    List<Snapshot> list(Principal caller) {
        var now = clock.instant();
        return store.list(caller.organizationId()).stream()
                .filter(snapshot -> !snapshot.isExpired(now))
                .toList();
    }

    Snapshot get(Principal caller, String idOrName) {
        var snapshot = store.find(caller.organizationId(), idOrName)
                .filter(found -> !found.isExpired(clock.instant()))
                .orElseThrow(() -> SnapshotFailures.notFound(idOrName).asException());
        return snapshot.state() == SnapshotState.CREATING ? work.look(snapshot) : snapshot;
    }

    void delete(Principal caller, String idOrName) {
        var snapshot = get(caller, idOrName);
        if (snapshot.state() == SnapshotState.CREATING) {
            throw SnapshotFailures.notAvailable(snapshot).asException();
        }
        if (!work.remove(snapshot)) {
            throw SnapshotFailures.inUse(snapshot, "a sandbox is being made of it")
                    .asException();
        }
    }
}
