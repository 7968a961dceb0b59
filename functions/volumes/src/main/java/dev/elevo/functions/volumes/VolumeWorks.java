package dev.elevo.functions.volumes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeFailures;
import dev.elevo.platform.volume.VolumeStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine make or remove a volume, as its record says. The record is there before the volume and goes after it, and every step may
 * be repeated: whoever finds one half done finishes it the same way.
 */
@Singleton
class VolumeWorks {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeWorks.class);

    /** Told to the client as they are; everything else is a volume that could not be made. */
    private static final Set<ErrorCode> TOLD = EnumSet.of(ErrorCode.STORAGE_INSUFFICIENT, ErrorCode.NOT_IMPLEMENTED);

    private final VolumeStore store;
    private final Engine engine;
    private final InstantSource clock;

    VolumeWorks(VolumeStore store, Engine engine, InstantSource clock) {
        this.store = store;
        this.engine = engine;
        this.clock = clock;
    }

    /** What is made already is given as it is; of what cannot be made nothing is left. */
    Volume make(Volume recorded) {
        if (!recorded.is(VolumeState.CREATING)) {
            return recorded;
        }
        try {
            engine.volumes().create(recorded.spec());
        } catch (ApiException refusal) {
            if (refusal.failure().code() == ErrorCode.SERVICE_UNAVAILABLE) {
                // There may be something: its record stays, for a repeated try or the sweep to go on with.
                throw refusal;
            }
            var told = TOLD.contains(refusal.failure().code()) ? refusal : failed(recorded, refusal);
            throw undoing(recorded, told);
        } catch (RuntimeException broken) {
            throw undoing(recorded, failed(recorded, broken));
        }
        return store.become(recorded, VolumeState.AVAILABLE, clock.instant())
                .or(() -> store.find(recorded.organizationId(), recorded.id())
                        .filter(now -> now.is(VolumeState.AVAILABLE)))
                .orElseThrow(() -> deletedMeanwhile(recorded));
    }

    /** The deletion may have passed before the engine was done; what it left is removed, unless somebody has it made again. */
    private ApiException deletedMeanwhile(Volume recorded) {
        if (store.find(recorded.organizationId(), recorded.id())
                .filter(now -> !now.is(VolumeState.DELETING))
                .isEmpty()) {
            engine.volumes().delete(recorded.id());
        }
        return VolumeFailures.notFound(recorded.id()).asException();
    }

    private static ApiException failed(Volume recorded, @Nullable RuntimeException cause) {
        return new ApiException(
                new Failure.Refused(
                        ErrorCode.VOLUME_CREATE_FAILED,
                        "The volume could not be made",
                        Map.of("name", recorded.name())),
                cause);
    }

    /** Only by the mark that it is being deleted: somebody else may have finished it meanwhile, and then it is in use. */
    private ApiException undoing(Volume recorded, ApiException cause) {
        try {
            store.become(recorded, VolumeState.DELETING, clock.instant()).ifPresent(this::remove);
        } catch (RuntimeException e) {
            LOG.warn("{} stays as it is until the sweep comes", recorded.id(), e);
            cause.addSuppressed(e);
        }
        return cause;
    }

    void remove(Volume volume) {
        engine.volumes().delete(volume.id());
        store.remove(volume);
    }

    /** Records a size that the engine has made; empty where the volume is not there any more. */
    Optional<Volume> follow(Volume volume, int gigabytes) {
        var seen = Optional.of(volume);
        while (seen.isPresent() && seen.get().gigabytes() < gigabytes) {
            var resized = store.resized(seen.get(), gigabytes);
            if (resized.isPresent()) {
                return resized;
            }
            seen = store.find(volume.organizationId(), volume.id());
        }
        return seen;
    }

    /** Whether the host has it is recorded as it is. */
    void note(Volume volume, VolumeState state) {
        LOG.error(
                "{} is {}: its host {}", volume.id(), state.label(), state == VolumeState.ERROR ? "lost it" : "has it");
        var _ = store.become(volume, state, clock.instant());
    }
}
