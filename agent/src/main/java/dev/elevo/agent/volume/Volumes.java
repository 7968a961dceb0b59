package dev.elevo.agent.volume;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.HostDisk;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.VolumeImages;
import dev.elevo.agent.sandbox.Acceptance;
import dev.elevo.agent.sandbox.Locks;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.VolumeAgent;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Makes, enlarges and removes the volumes of this host. All that is remembered of them are their files. */
@Singleton
public final class Volumes implements VolumeAgent {
    private final VolumeImages images;
    private final IsolationDriver driver;
    private final HostDisk disk;
    private final Locks locks;

    Volumes(VolumeImages images, IsolationDriver driver, HostDisk disk, Locks locks) {
        this.images = images;
        this.driver = driver;
        this.disk = disk;
        this.locks = locks;
    }

    @Override
    public VolumeStatus create(VolumeSpec spec) {
        if (!Ids.VOLUME.matches(spec.id())) {
            throw Failure.Invalid.field("id", "must be the id of a volume", spec.id())
                    .asException();
        }
        if (!driver.mountsVolumes()) {
            throw Acceptance.notOffered("volumes", driver);
        }
        if (!images.canMake(spec.filesystem())) {
            throw Acceptance.notOffered("volumes." + spec.filesystem().label(), driver);
        }
        return locks.holding(spec.id(), () -> {
            try {
                if (!images.exists(spec.id())) {
                    requireRoom(VolumeStatus.bytes(spec.gigabytes()));
                    images.make(spec.id(), spec.gigabytes(), spec.filesystem());
                }
                return status(spec.id());
            } catch (IOException e) {
                throw new Failure.Refused(
                                ErrorCode.VOLUME_CREATE_FAILED,
                                "The volume could not be made",
                                Map.of("volumeId", spec.id()))
                        .causedBy(e);
            }
        });
    }

    @Override
    public List<VolumeStatus> list() {
        try {
            return images.look(images.ids());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<VolumeStatus> look(List<String> volumeIds) {
        try {
            return images.look(volumeIds);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public VolumeStatus resize(String volumeId, int gigabytes) {
        return locks.holding(volumeId, () -> {
            try {
                var now = status(volumeId);
                var more = VolumeStatus.bytes(gigabytes) - now.size();
                if (more > 0) {
                    requireRoom(more);
                }
                // Also where the file has that size already: an earlier try may have come no further.
                images.grow(volumeId, Math.max(gigabytes, now.gigabytes()));
                return status(volumeId);
            } catch (Command.FailedException e) {
                if (e.code() == VolumeImages.NOT_ALLOWED) {
                    throw Acceptance.notOffered("resize of a mounted ext4 volume", driver);
                }
                throw new UncheckedIOException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void delete(String volumeId) {
        locks.holding(volumeId, () -> {
            try {
                images.remove(volumeId);
                return volumeId;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private VolumeStatus status(String volumeId) throws IOException {
        return images.look(List.of(volumeId)).stream()
                .findFirst()
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.VOLUME_NOT_FOUND, "No such volume", Map.of("volumeId", volumeId))
                        .asException());
    }

    private void requireRoom(long bytes) {
        if (!disk.hasRoomFor(bytes)) {
            throw new Failure.Refused(
                            ErrorCode.STORAGE_INSUFFICIENT,
                            "The host's disk has no room for it",
                            Map.of("resource", "disk"))
                    .asException();
        }
    }
}
