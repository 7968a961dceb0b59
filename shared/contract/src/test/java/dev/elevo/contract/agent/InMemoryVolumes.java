package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Volumes of a host that has none: entries of a map. For the tests of whoever calls an agent. */
public final class InMemoryVolumes implements VolumeAgent {
    private static final long USED = 4096;

    private final ConcurrentMap<String, Integer> volumes = new ConcurrentHashMap<>();
    private volatile int mostGigabytes = Integer.MAX_VALUE;
    private volatile @Nullable Failure trouble;
    private volatile @Nullable Failure refusal;
    private volatile Runnable meanwhile = () -> {};

    /** From now on every call fails like this; null ends it. */
    public void fail(@Nullable Failure failure) {
        trouble = failure;
    }

    /** From now on it makes none, and says this; null ends it. */
    public void refuse(@Nullable Failure failure) {
        refusal = failure;
    }

    /** What one volume may have. */
    public void setRoom(int gigabytes) {
        mostGigabytes = gigabytes;
    }

    /** Happens once, while it does the next thing. */
    public void meanwhile(Runnable event) {
        meanwhile = event;
    }

    public boolean has(String volumeId) {
        return volumes.containsKey(volumeId);
    }

    /** The host loses it. */
    public void lose(String volumeId) {
        volumes.remove(volumeId);
    }

    @Override
    public VolumeStatus create(VolumeSpec spec) {
        prepare();
        failWith(refusal);
        requireRoom(spec.gigabytes());
        volumes.putIfAbsent(spec.id(), spec.gigabytes());
        return status(spec.id());
    }

    @Override
    public List<VolumeStatus> list() {
        return look(List.copyOf(volumes.keySet()));
    }

    @Override
    public List<VolumeStatus> look(List<String> volumeIds) {
        prepare();
        return volumeIds.stream().filter(volumes::containsKey).map(this::status).toList();
    }

    @Override
    public VolumeStatus resize(String volumeId, int gigabytes) {
        prepare();
        requireRoom(gigabytes);
        if (volumes.computeIfPresent(volumeId, (id, now) -> Math.max(now, gigabytes)) == null) {
            throw new Failure.Refused(ErrorCode.VOLUME_NOT_FOUND, "no such volume").asException();
        }
        return status(volumeId);
    }

    @Override
    public void delete(String volumeId) {
        prepare();
        volumes.remove(volumeId);
    }

    private VolumeStatus status(String id) {
        return new VolumeStatus(id, VolumeStatus.bytes(Objects.requireNonNull(volumes.get(id))), USED);
    }

    private void requireRoom(int gigabytes) {
        if (gigabytes > mostGigabytes) {
            throw new Failure.Refused(ErrorCode.STORAGE_INSUFFICIENT, "no room", Map.of("resource", "disk"))
                    .asException();
        }
    }

    private void prepare() {
        var event = meanwhile;
        meanwhile = () -> {};
        event.run();
        failWith(trouble);
    }

    private static void failWith(@Nullable Failure failure) {
        if (failure != null) {
            throw failure.asException();
        }
    }
}
