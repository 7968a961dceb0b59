package dev.elevo.platform.snapshot;

import dev.elevo.contract.snapshot.SnapshotState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane knows of a snapshot.
 *
 * @param origin of what it was taken, for sandboxes that begin with it
 * @param size of its files; 0 until it is there
 * @param users sandboxes that are being made of it
 * @param error why it failed
 * @param version counts the changes
 */
public record Snapshot(
        String id,
        String organizationId,
        String name,
        SnapshotState state,
        String sandboxId,
        Origin origin,
        @Nullable String description,
        Map<String, String> labels,
        Map<String, String> metadata,
        long size,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Instant expiresAt,
        @Nullable String error,
        Set<String> users,
        long version) {

    public Snapshot {
        labels = Map.copyOf(labels);
        metadata = Map.copyOf(metadata);
        users = Set.copyOf(users);
    }

    public Snapshot available(long bytes, Instant now) {
        return with(SnapshotState.AVAILABLE, bytes, now, null);
    }

    public Snapshot failed(String why, Instant now) {
        return with(SnapshotState.FAILED, 0, now, why);
    }

    public Snapshot deleting() {
        return with(SnapshotState.DELETING, size, completedAt, error);
    }

    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    Snapshot atVersion(long newVersion) {
        return new Snapshot(
                id,
                organizationId,
                name,
                state,
                sandboxId,
                origin,
                description,
                labels,
                metadata,
                size,
                createdAt,
                completedAt,
                expiresAt,
                error,
                users,
                newVersion);
    }

    private Snapshot with(SnapshotState next, long bytes, @Nullable Instant completed, @Nullable String why) {
        return new Snapshot(
                id,
                organizationId,
                name,
                next,
                sandboxId,
                origin,
                description,
                labels,
                metadata,
                bytes,
                createdAt,
                completed,
                expiresAt,
                why,
                users,
                version);
    }
}
