package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.audit.AuditedResource;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.sandbox.Census;
import dev.elevo.platform.sandbox.Created;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxFilter;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.sandbox.Wall;
import dev.elevo.platform.snapshot.SnapshotFailures;
import dev.elevo.platform.volume.Mounts;
import dev.elevo.platform.volume.VolumeFailures;
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
    private final WantedVolumes wantedVolumes;
    private final Deployment deployment;
    private final Standings standings;
    private final InstantSource clock;

    SandboxService(
            SandboxStore store,
            Engine engine,
            Provisioner provisioner,
            Lifecycle lifecycle,
            SourceSnapshots snapshots,
            WantedVolumes wantedVolumes,
            Deployment deployment,
            Standings standings,
            InstantSource clock) {
        this.standings = standings;
        this.store = store;
        this.engine = engine;
        this.provisioner = provisioner;
        this.lifecycle = lifecycle;
        this.snapshots = snapshots;
        this.wantedVolumes = wantedVolumes;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** @param key a repeated try leads to the same id: when the first one died half-way, the second finds what it left */
    Sandbox create(Principal caller, CreateSandbox wanted, @Nullable IdempotencyKey key) {
        SandboxRules.check(wanted, deployment.target());
        var offer = engine.offer();
        var organization = caller.organizationId();
        var snapshot = snapshots.wanted(organization, wanted.snapshot());
        var volumes = wantedVolumes.find(organization, wanted.volumes());
        var settings = Blueprint.draw(wanted, volumes, offer, snapshot, deployment.target(), caller);
        var wall = new Wall(offer.isolation(), offer.enforced());
        var id = key == null ? Ids.SANDBOX.random() : Ids.SANDBOX.derivedFrom(key.seed());
        var sandbox = register(id, caller.organizationId(), wanted.name(), settings, wall, null);
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
        AuditedResource.is(sandbox.id());
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

    /**
     * A record in the state creating, or what an earlier try of the same request has made of it.
     *
     * @param mark of who makes it, where a sweeper that found it half made should know
     */
    Sandbox register(
            String wantedId,
            String organizationId,
            @Nullable String name,
            Settings settings,
            Wall wall,
            @Nullable Pending mark) {
        var id = wantedId;
        var quota = standings.of(organizationId).sandboxes(deployment.sandboxesPerOrganization());
        while (true) {
            var chosen = name == null ? Names.random() : name;
            var now = clock.instant();
            var blank = Sandbox.creating(id, organizationId, chosen, settings, wall, now);
            var sandbox = mark == null ? blank : blank.beginning(mark);
            switch (store.create(sandbox, quota)) {
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
                case Created.NoVolume(Mounts.Refusal refusal) ->
                    throw VolumeFailures.cannotBeMounted(refusal).asException();
                case Created.QuotaReached() ->
                    throw new Failure.Refused(
                                    ErrorCode.SANDBOX_LIMIT_EXCEEDED,
                                    "The organization has as many sandboxes as it may have; stopped ones count until they are deleted",
                                    Map.of("limit", quota))
                            .asException();
            }
        }
    }
}
