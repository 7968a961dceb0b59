package dev.elevo.functions.volumes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.volume.CreateVolume;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeFailures;
import dev.elevo.platform.volume.VolumeStore;
import dev.elevo.platform.volume.VolumeStore.Created;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a client may do to volumes. */
@Singleton
class VolumeService {
    /** As long as an idempotency key is remembered; after it the key means a new volume. */
    private static final Duration ATTEMPT_LIFE = Duration.ofHours(24);

    private final VolumeStore store;
    private final Engine engine;
    private final VolumeWorks works;
    private final Deployment deployment;
    private final Standings standings;
    private final InstantSource clock;

    VolumeService(
            VolumeStore store,
            Engine engine,
            VolumeWorks works,
            Deployment deployment,
            Standings standings,
            InstantSource clock) {
        this.standings = standings;
        this.store = store;
        this.engine = engine;
        this.works = works;
        this.deployment = deployment;
        this.clock = clock;
    }

    /** A volume that was asked for, and whether it was made for that. */
    record Found(Volume volume, boolean isNew) {}

    /** @param key a repeated try leads to the same id: when the first one died half-way, the second finds what it left */
    Found create(Principal caller, CreateVolume wanted, boolean getOrCreate, @Nullable IdempotencyKey key) {
        VolumeRules.check(wanted);
        var id = key == null ? Ids.VOLUME.random() : Ids.VOLUME.derivedFrom(key.seed());
        while (true) {
            var volume = draw(caller, wanted, id);
            switch (store.create(volume, quota(caller))) {
                case Created.Done(Volume recorded) -> {
                    return new Found(works.make(recorded), true);
                }
                case Created.Existed(Volume present) -> {
                    if (!present.createdAt().isBefore(volume.createdAt().minus(ATTEMPT_LIFE))
                            && !present.is(VolumeState.DELETING)) {
                        return new Found(works.make(present), true);
                    }
                    id = Ids.VOLUME.random();
                }
                case Created.NameTaken() -> {
                    var holder = store.find(caller.organizationId(), wanted.name());
                    if (!getOrCreate) {
                        throw nameTaken(wanted.name());
                    }
                    if (holder.isPresent()) {
                        if (holder.get().is(VolumeState.DELETING)) {
                            throw nameTaken(wanted.name());
                        }
                        return new Found(works.make(holder.get()), false);
                    }
                    // It was deleted in between, and the name is free.
                }
                case Created.QuotaReached() -> throw quotaReached(caller);
            }
        }
    }

    private int quota(Principal caller) {
        return standings.of(caller.organizationId()).volumes(deployment.volumesPerOrganization());
    }

    private Volume draw(Principal caller, CreateVolume wanted, String id) {
        var now = clock.instant();
        return new Volume(
                id,
                caller.organizationId(),
                wanted.name(),
                VolumeState.CREATING,
                wanted.gigabytes(),
                wanted.kind(),
                Objects.requireNonNullElse(wanted.labels(), Map.of()),
                Objects.requireNonNullElse(wanted.metadata(), Map.of()),
                now,
                now,
                null,
                1);
    }

    Volume get(Principal caller, String idOrName) {
        return find(caller, idOrName)
                .orElseThrow(() -> VolumeFailures.notFound(idOrName).asException());
    }

    private Optional<Volume> find(Principal caller, String idOrName) {
        return store.find(caller.organizationId(), idOrName);
    }

    void delete(Principal caller, String idOrName, boolean force) {
        var seen = get(caller, idOrName);
        if (!force) {
            refuseWhileMounted(seen);
        }
        var marked = seen.is(VolumeState.DELETING)
                ? Optional.of(seen)
                : store.become(seen, VolumeState.DELETING, clock.instant());
        if (marked.isEmpty()) {
            // Somebody changed it just now; it may have become a case for another answer.
            delete(caller, seen.id(), force);
            return;
        }
        if (!force && !seen.is(VolumeState.DELETING)) {
            keepIfMountedMeanwhile(seen, marked.get());
        }
        works.remove(marked.get());
    }

    /** From the mark on nobody mounts it; who was faster is seen now. */
    private void keepIfMountedMeanwhile(Volume seen, Volume marked) {
        var sandboxes = store.mountsOf(marked.organizationId(), marked.id());
        if (!sandboxes.isEmpty()) {
            store.become(marked, seen.state(), clock.instant());
            throw inUse(marked, sandboxes);
        }
    }

    private void refuseWhileMounted(Volume volume) {
        var sandboxes = store.mountsOf(volume.organizationId(), volume.id());
        if (!sandboxes.isEmpty()) {
            throw inUse(volume, sandboxes);
        }
    }

    private static RuntimeException inUse(Volume volume, Set<String> sandboxes) {
        return new Failure.Refused(
                        ErrorCode.VOLUME_IN_USE,
                        "Sandboxes list volume " + volume.id()
                                + "; to take it from them and delete it, ask with force=true",
                        Map.of("volumeId", volume.id(), "sandboxes", sandboxes))
                .asException();
    }

    Volume resize(Principal caller, String idOrName, int gigabytes) {
        var seen = get(caller, idOrName);
        VolumeRules.checkSize(seen, gigabytes);
        if (gigabytes == seen.gigabytes()) {
            return seen;
        }
        if (!seen.is(VolumeState.AVAILABLE)) {
            throw VolumeFailures.notFound(idOrName).asException();
        }
        var now = engine.volumes().resize(seen.id(), gigabytes);
        return works.follow(seen, now.gigabytes())
                .orElseThrow(() -> VolumeFailures.notFound(idOrName).asException());
    }

    private static RuntimeException nameTaken(String name) {
        return new Failure.Refused(ErrorCode.VOLUME_EXISTS, "The name " + name + " is in use", Map.of("name", name))
                .asException();
    }

    private RuntimeException quotaReached(Principal caller) {
        return new Failure.Refused(
                        ErrorCode.VOLUME_LIMIT_EXCEEDED,
                        "The organization has as many volumes as it may have",
                        Map.of("limit", quota(caller)))
                .asException();
    }
}
