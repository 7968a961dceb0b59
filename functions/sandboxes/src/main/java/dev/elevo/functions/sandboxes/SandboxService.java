package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.sandbox.Census;
import dev.elevo.platform.sandbox.Created;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxFilter;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.sandbox.Wall;
import dev.elevo.platform.snapshot.SnapshotFailures;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do to sandboxes. */
@Singleton
class SandboxService {
    /** As long as an idempotency key is remembered; after it the key means a new sandbox. */
    private static final Duration ATTEMPT_LIFE = Duration.ofHours(24);

    private final SandboxStore store;
    private final Engine engine;
    private final Provisioner provisioner;
    private final Lifecycle lifecycle;
    private final SourceSnapshots snapshots;
    private final Deployment deployment;
    private final InstantSource clock;

    SandboxService(
            SandboxStore store,
            Engine engine,
            Provisioner provisioner,
            Lifecycle lifecycle,
            SourceSnapshots snapshots,
            Deployment deployment,
            InstantSource clock) {
        this.store = store;
        this.engine = engine;
        this.provisioner = provisioner;
        this.lifecycle = lifecycle;
        this.snapshots = snapshots;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** @param key a repeated try leads to the same id: when the first one died half-way, the second finds what it left */
    Sandbox create(Principal caller, CreateSandbox wanted, @Nullable IdempotencyKey key) {
        SandboxRules.check(wanted, deployment.target());
        var offer = engine.offer();
        var snapshot = snapshots.wanted(caller.organizationId(), wanted.snapshot());
        var settings = Blueprint.draw(wanted, offer, snapshot, deployment.target(), Names.of(caller));
        var wall = new Wall(offer.isolation(), offer.enforced());
        var sandbox = register(caller.organizationId(), wanted.name(), settings, wall, key);
        if (sandbox.state() != SandboxState.CREATING) {
            return sandbox;
        }
        if (snapshot != null && !snapshots.use(snapshot, sandbox)) {
            lifecycle.delete(sandbox, true, Names.of(caller));
            throw SnapshotFailures.inUse(snapshot, "it is being deleted").asException();
        }
        var waits = !Boolean.FALSE.equals(wanted.waitForReady());
        var work = provisioner.begin(sandbox, 0, waits);
        return waits ? work.await(deployment.maxWait()).orElseGet(() -> get(caller, sandbox.id())) : sandbox;
    }

    Slice<Sandbox> list(Principal caller, SandboxFilter filter, PageQuery page) {
        return store.list(caller.organizationId(), filter, page);
    }

    Sandbox get(Principal caller, String idOrName) {
        var sandbox = store.find(caller.organizationId(), idOrName)
                .orElseThrow(() -> SandboxFailures.notFound(idOrName).asException());
        // Nobody should see it running past its time, though the sweeper comes only once a minute.
        return sandbox.expired(clock.instant())
                ? lifecycle
                        .expire(sandbox)
                        .orElseThrow(() -> SandboxFailures.notFound(idOrName).asException())
                : sandbox;
    }

    void touch(Sandbox running) {
        store.touch(running, clock.instant());
    }

    Census census(Principal caller) {
        return store.census(caller.organizationId());
    }

    void delete(Principal caller, String idOrName, boolean force) {
        lifecycle.delete(get(caller, idOrName), force, Names.of(caller));
    }

    /** Such a one is kept to say why, and does not keep its name from those who try again. */
    private static boolean neverCameToLife(Sandbox sandbox) {
        return sandbox.state() == SandboxState.FAILED
                && sandbox.pending() == null
                && sandbox.times().startedAt() == null;
    }

    /** A record in the state creating, or what an earlier try of the same request has made of it. */
    private Sandbox register(
            String organizationId, @Nullable String name, Settings settings, Wall wall, @Nullable IdempotencyKey key) {
        var id = key == null ? Ids.SANDBOX.random() : Ids.SANDBOX.derivedFrom(key.seed());
        while (true) {
            var chosen = name == null ? Names.random() : name;
            var now = clock.instant();
            var sandbox = Sandbox.creating(id, organizationId, chosen, settings, wall, now);
            switch (store.create(sandbox, deployment.sandboxesPerOrganization())) {
                case Created.Done(Sandbox created) -> {
                    return created;
                }
                case Created.Existed(Sandbox present) -> {
                    if (present.times().createdAt().isBefore(now.minus(ATTEMPT_LIFE))) {
                        id = Ids.SANDBOX.random();
                    } else if (present.state() == SandboxState.FAILED) {
                        // The earlier try came to nothing; it makes place for this one.
                        lifecycle.delete(present, true, settings.createdBy());
                    } else {
                        return present;
                    }
                }
                case Created.NameTaken() -> {
                    if (name != null) {
                        var holder = store.find(organizationId, name).filter(SandboxService::neverCameToLife);
                        lifecycle.delete(
                                holder.orElseThrow(
                                        () -> SandboxFailures.nameTaken(name).asException()),
                                true,
                                settings.createdBy());
                    }
                }
                case Created.QuotaReached() ->
                    throw new Failure.Refused(
                                    ErrorCode.SANDBOX_LIMIT_EXCEEDED,
                                    "The organization has as many sandboxes as it may have; stopped ones count until they are deleted",
                                    Map.of("limit", deployment.sandboxesPerOrganization()))
                            .asException();
            }
        }
    }
}
