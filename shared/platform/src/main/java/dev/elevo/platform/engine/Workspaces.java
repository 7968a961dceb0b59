package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.WorkspaceAgent;
import dev.elevo.contract.blob.BlobAddresses;
import dev.elevo.contract.blob.BlobAddresses.Label;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has agents bring the files of sandboxes to the bucket and fetch them from there. No byte of them passes here. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Workspaces {
    private static final Logger LOG = LoggerFactory.getLogger(Workspaces.class);

    /** Of addresses: what has not come by then does not come any more. */
    static final Duration LIFE = Duration.ofMinutes(15);

    /** Enough for the largest disk in parts of its share, few enough to be told of in one request. */
    private static final int PARTS = 256;

    /** What a bucket takes as a part that is not the last. */
    private static final long SMALLEST_PART = 5L << 20;

    private static final Failure SILENT =
            new Failure.Unavailable("The store of the sandboxes' files does not answer", Duration.ofSeconds(5));

    private static final Failure LATE = notSaved("The files were not saved within " + LIFE.toMinutes() + " minutes");

    private final WorkspaceAgent agents;
    private final Optional<BlobAddresses> bucket;
    private final InstantSource clock;

    Workspaces(WorkspaceAgent agents, Optional<BlobAddresses> bucket, InstantSource clock) {
        this.agents = agents;
        this.bucket = bucket;
        this.clock = clock;
    }

    /** What lies in the bucket. */
    record Files(String key, String sha256, long bytes) {}

    /**
     * Files that an agent brings to the bucket. Whoever knows this much may bring them further, and to their end; so it is noted before
     * the agent is told.
     *
     * @param upload by which the bucket knows it
     */
    @Serdeable
    record Arrival(String key, String upload, Instant since) {

        /** By which the agent knows it. */
        String order() {
            return key.substring(key.lastIndexOf('/') + 1);
        }

        private BlobAddresses.Arrival expected() {
            return new BlobAddresses.Arrival(key, upload);
        }
    }

    /** @param beginning of the key; each arrival has one of its own */
    Arrival expect(String beginning) {
        try {
            var expected = bucket().expect(beginning + "-" + UUID.randomUUID());
            return new Arrival(expected.key(), expected.id(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    /**
     * How far it is, waited for that long. An agent that does not know of it is told, whoever wanted to tell it and died. What is late
     * has failed.
     *
     * @param diskBytes as many as there may be of the files
     */
    SaveStatus further(String sandboxId, Arrival arrival, long diskBytes, int waitMs) {
        var isLate = isLate(arrival);
        var status = agents.look(sandboxId, new SaveQuery(arrival.order(), isLate ? 0 : waitMs));
        return switch (status.progress()) {
            case DONE, FAILED -> status;
            case WAITING, AT_WORK -> isLate ? late() : status;
            case ABSENT -> isLate ? late() : agents.save(sandboxId, order(arrival, diskBytes, waitMs));
        };
    }

    boolean isLate(Arrival arrival) {
        return arrival.since().plus(LIFE).isBefore(clock.instant());
    }

    static SaveStatus late() {
        return SaveStatus.failed(LATE);
    }

    /** What whoever needed the files is told. */
    static ApiException failure(SaveStatus status) {
        var reason = Objects.requireNonNullElse(status.reason(), "The files were not saved");
        var code = status.code() == null ? null : ErrorCode.ofNumber(status.code());
        var failure = code == null || code == ErrorCode.SERVICE_UNAVAILABLE
                ? notSaved(reason)
                : new Failure.Refused(code, reason);
        return failure.asException();
    }

    private static Failure notSaved(String reason) {
        return new Failure.Unavailable(reason, Duration.ofSeconds(5));
    }

    /** How many orders the agent has besides that one whose end somebody still has to hear of. */
    int others(String sandboxId, Arrival arrival) {
        return agents.look(sandboxId, new SaveQuery(arrival.order(), 0)).others();
    }

    private SaveWorkspace order(Arrival arrival, long diskBytes, int waitMs) {
        try {
            // A little more than the disk: an archive has heads, and what is random does not become smaller.
            var partBytes = Math.max(SMALLEST_PART, diskBytes / PARTS * 9 / 8);
            var parts = bucket().parts(arrival.expected(), PARTS, LIFE);
            return new SaveWorkspace(arrival.order(), parts, partBytes, waitMs);
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    /** May be repeated, by whoever knows what the agent has saved. */
    Files complete(Arrival arrival, SavedWorkspace saved) {
        try {
            bucket().complete(arrival.expected(), saved.etags());
            return new Files(arrival.key(), saved.sha256(), saved.bytes());
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    List<URI> parts(Arrival arrival, int count) {
        try {
            return bucket().parts(arrival.expected(), count, LIFE);
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    /** May be repeated, by whoever knows what the agent has brought; from here on whoever has the address may fetch it. */
    URI depart(Arrival arrival, List<String> etags, Duration life, Label label) {
        try {
            bucket().complete(arrival.expected(), etags);
            return bucket().departure(arrival.key(), life, label);
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    /** Nothing is left of it in the bucket, however far it was. */
    void abandon(Arrival arrival) {
        try {
            bucket().abandon(arrival.expected());
            bucket().delete(arrival.key());
        } catch (IOException e) {
            throw SILENT.causedBy(e);
        }
    }

    /** An agent that does not hear it goes on until the bucket refuses its parts. */
    void forget(String sandboxId, Arrival arrival) {
        try {
            agents.forget(sandboxId, new SaveQuery(arrival.order(), 0));
        } catch (ApiException e) {
            LOG.info("the agent of {} was not told that {} is over", sandboxId, arrival.key(), e);
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

    private BlobAddresses bucket() {
        return bucket.orElseThrow(() -> new ConfigurationException(
                "ELEVO_WORKSPACES_BUCKET is not set: this function cannot move the files of sandboxes"));
    }
}
