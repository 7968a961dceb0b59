package dev.elevo.platform.snapshot;

import dev.elevo.contract.agent.SnapshotSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** In which part of the store an organization's snapshots lie: nobody else's are there, so that nobody learns what others have. */
public final class Depots {
    private static final int LENGTH = 32;

    private Depots() {}

    public static SnapshotSource of(Snapshot snapshot) {
        return new SnapshotSource(of(snapshot.organizationId()), snapshot.id());
    }

    /** A name that can be a key, whatever organizations are called. */
    public static String of(String organizationId) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(organizationId.getBytes(StandardCharsets.UTF_8));
            return "org-" + HexFormat.of().formatHex(hash).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
