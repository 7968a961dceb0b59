package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.DeliveryAgent;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.TransferTicket.Direction;
import dev.elevo.contract.blob.BlobAddresses.Label;
import dev.elevo.contract.files.Attachment;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.MediaTypes;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Workspaces.Arrival;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Content goes by the bucket: the agent of a MicroVM cannot be reached by who has no token of AWS. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class StoredTransfers implements FileTransfers {
    private static final Logger LOG = LoggerFactory.getLogger(StoredTransfers.class);

    /** Of one file. */
    private static final long MOST_BYTES = 10L << 30;

    private static final int MOST_PARTS = 256;
    private static final long SMALLEST_PART = 8L << 20;

    /** Of a request's time, for what is done before the wait and after it. */
    private static final Duration MARGIN = Duration.ofSeconds(6);

    private static final Failure ON_ITS_WAY = new Failure.Unavailable(
            "The file is on its way to where it can be fetched; the same request finds it", Duration.ofSeconds(2));

    private final Look files;
    private final DeliveryAgent agents;
    private final FilesUnderWay underWay;
    private final Workspaces bucket;
    private final Duration patience;
    private final InstantSource clock;

    /** What a path leads to. */
    interface Look {
        FileInfo at(String sandboxId, StatFile request);
    }

    @Inject
    StoredTransfers(
            FileAgent files,
            DeliveryAgent agents,
            FilesUnderWay underWay,
            Workspaces bucket,
            Deployment deployment,
            InstantSource clock) {
        this(files::stat, agents, underWay, bucket, deployment, clock);
    }

    StoredTransfers(
            Look files,
            DeliveryAgent agents,
            FilesUnderWay underWay,
            Workspaces bucket,
            Deployment deployment,
            InstantSource clock) {
        this.files = files;
        this.agents = agents;
        this.underWay = underWay;
        this.bucket = bucket;
        var left = deployment.maxWait().minus(MARGIN);
        this.patience = left.isNegative() ? Duration.ZERO : left;
        this.clock = clock;
    }

    @Override
    public String address(String reached, TransferTicket ticket) {
        if (ticket.direction() == Direction.UPLOAD) {
            throw NotOffered.of("uploads that do not fit into a request").asException();
        }
        var file = files.at(ticket.sandboxId(), new StatFile(ticket.path(), true, ticket.user()));
        if (file.type() != FileType.FILE) {
            throw new Failure.Refused(ErrorCode.NOT_A_FILE, "It is no regular file", Map.of("path", ticket.path()))
                    .asException();
        }
        var length = length(ticket, file);
        var wanted = name(ticket, file);
        var arrival = arrival(ticket.sandboxId(), wanted);
        var status = deliver(ticket, arrival, length);
        return switch (status.progress()) {
            case DONE -> done(ticket, wanted, arrival, status);
            case WAITING, AT_WORK -> throw ON_ITS_WAY.asException();
            case FAILED, ABSENT -> {
                giveUp(ticket.sandboxId(), wanted, arrival);
                throw Workspaces.failure(status);
            }
        };
    }

    private static long length(TransferTicket ticket, FileInfo file) {
        var there = Math.max(0, file.size() - ticket.offset());
        var length = Math.min(there, Objects.requireNonNullElse(ticket.length(), Long.MAX_VALUE));
        if (length > MOST_BYTES) {
            throw new Failure.Refused(
                            ErrorCode.FILE_TOO_LARGE,
                            "The file is too large",
                            Map.of("path", ticket.path(), "size", file.size(), "limit", MOST_BYTES))
                    .asException();
        }
        return length;
    }

    /** The same for who wants the same of a file that has not changed. */
    private static String name(TransferTicket ticket, FileInfo file) {
        var words = String.join(
                "\0",
                ticket.path(),
                String.valueOf(ticket.user()),
                Long.toString(ticket.offset()),
                String.valueOf(ticket.length()),
                Long.toString(file.size()),
                file.modifiedAt().toString());
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Arrival arrival(String sandboxId, String wanted) {
        var known = underWay.find(sandboxId, wanted).orElse(null);
        if (known != null && !bucket.isLate(known)) {
            return known;
        }
        if (known != null) {
            giveUp(sandboxId, wanted, known);
        }
        var begun = bucket.expect("transfers/" + sandboxId + "/file");
        if (underWay.begin(sandboxId, wanted, begun)) {
            return begun;
        }
        bucket.abandon(begun);
        return underWay.find(sandboxId, wanted).orElseThrow(ON_ITS_WAY::asException);
    }

    /** Every time with all it needs: an agent that has been started since knows of nothing. */
    private SaveStatus deliver(TransferTicket ticket, Arrival arrival, long length) {
        var partBytes = Math.max(SMALLEST_PART, Math.ceilDiv(length, MOST_PARTS));
        var count = (int) Math.max(1, Math.ceilDiv(length, partBytes));
        return agents.deliver(
                ticket.sandboxId(),
                new DeliverFile(
                        arrival.order(),
                        ticket.path(),
                        ticket.user(),
                        ticket.offset(),
                        length,
                        bucket.parts(arrival, count),
                        partBytes,
                        (int) patience.toMillis()));
    }

    private String done(TransferTicket ticket, String wanted, Arrival arrival, SaveStatus status) {
        List<String> etags =
                Objects.requireNonNull(status.saved(), "what is done was saved").etags();
        var life = Duration.between(clock.instant(), ticket.expiresAt());
        var address = bucket.depart(
                arrival,
                etags,
                life.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : life,
                label(ticket));
        // Who asks again gets what the file is then.
        underWay.forget(ticket.sandboxId(), wanted, arrival);
        tell(ticket.sandboxId(), arrival);
        return address.toString();
    }

    private static Label label(TransferTicket ticket) {
        if (ticket.direction() == Direction.RAW) {
            return new Label(MediaTypes.UNKNOWN, null);
        }
        var name = SandboxPath.name(ticket.path());
        return new Label(MediaTypes.of(name), Attachment.named(name));
    }

    private void giveUp(String sandboxId, String wanted, Arrival arrival) {
        underWay.forget(sandboxId, wanted, arrival);
        tell(sandboxId, arrival);
        bucket.abandon(arrival);
    }

    /** An agent that does not hear it forgets the order when others need its room. */
    private void tell(String sandboxId, Arrival arrival) {
        try {
            agents.forget(sandboxId, new SaveQuery(arrival.order(), 0));
        } catch (ApiException e) {
            LOG.info("the agent of {} was not told that {} is over", sandboxId, arrival.key(), e);
        }
    }
}
