package dev.elevo.platform.engine;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.WorkspaceAgent;
import dev.elevo.contract.blob.BlobAddresses;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has agents bring the files of sandboxes to the bucket and fetch them from there. No byte of them passes here. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Workspaces {
    private static final Logger LOG = LoggerFactory.getLogger(Workspaces.class);
    private static final Duration LIFE = HttpWorkspaceAgent.TRANSFER.plusMinutes(1);

    /** Enough for the largest disk in parts of its share, few enough to be told of in one request. */
    private static final int PARTS = 256;

    /** What a bucket takes as a part that is not the last. */
    private static final long SMALLEST_PART = 5L << 20;

    private static final Failure SILENT =
            new Failure.Unavailable("The store of the sandboxes' files does not answer", Duration.ofSeconds(5));

    private final WorkspaceAgent agents;
    private final Optional<BlobAddresses> bucket;

    Workspaces(WorkspaceAgent agents, Optional<BlobAddresses> bucket) {
        this.agents = agents;
        this.bucket = bucket;
    }

    /** What lies in the bucket. */
    record Files(String key, String sha256, long bytes) {}

    /** @param diskBytes as many as there may be of them */
    Files save(String sandboxId, String key, long diskBytes) {
        try {
            // A little more than the disk: an archive has heads, and what is random does not become smaller.
            var partBytes = Math.max(SMALLEST_PART, diskBytes / PARTS * 9 / 8);
            var arrival = bucket().expect(key, PARTS, LIFE);
            try {
                var saved = agents.save(sandboxId, new SaveWorkspace(arrival.parts(), partBytes));
                bucket().complete(arrival, saved.etags());
                return new Files(key, saved.sha256(), saved.bytes());
            } catch (RuntimeException | IOException e) {
                abandon(arrival, e);
                throw e;
            }
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    void restore(String sandboxId, String key, String sha256) {
        try {
            agents.restore(sandboxId, new RestoreWorkspace(bucket().departure(key, LIFE), sha256));
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    void delete(List<String> keys) {
        try {
            for (var key : keys) {
                bucket().delete(key);
            }
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    private void abandon(BlobAddresses.Arrival arrival, Exception cause) {
        try {
            bucket().abandon(arrival);
        } catch (IOException e) {
            LOG.warn("the bucket keeps the parts of {} until its own rule removes them", arrival.key(), e);
            cause.addSuppressed(e);
        }
    }

    private BlobAddresses bucket() {
        return bucket.orElseThrow(() -> new ConfigurationException(
                "ELEVO_WORKSPACES_BUCKET is not set: this function cannot move the files of sandboxes"));
    }
}
