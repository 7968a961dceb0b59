package dev.elevo.agent.workspace;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.files.Download;
import dev.elevo.agent.files.Files;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.DeliveryAgent;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.files.FileInfo;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings bytes of files inside sandboxes to a store, read by the same servers and with the same rights as for any client. */
@Singleton
public final class Deliveries implements DeliveryAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** That are known: what is over leaves for what comes. */
    static final int MOST = 100;

    /** At once: each has some parts on the disk. */
    private static final int AT_WORK = 4;

    private final Files files;
    private final Store store;
    private final Path scratch;
    private final Semaphore turns = new Semaphore(AT_WORK, true);

    /** By sandbox and order, the oldest first. */
    private final Map<String, Saving> orders = new LinkedHashMap<>();

    Deliveries(AgentConfiguration configuration, Files files, Store store) throws IOException {
        this.files = files;
        this.store = store;
        this.scratch = Scratch.emptied(configuration.directory().resolve("deliveries"));
    }

    @Override
    public SaveStatus deliver(String sandboxId, DeliverFile order) {
        return known(sandboxId, order).await(order.waitMs());
    }

    private Saving known(String sandboxId, DeliverFile order) {
        var name = name(sandboxId, order.id());
        synchronized (orders) {
            var known = orders.get(name);
            if (known != null) {
                return known;
            }
            makeRoom();
            var begun = new Saving(mine -> inTurn(mine, sandboxId, order));
            orders.put(name, begun);
            begun.start(order.id());
            return begun;
        }
    }

    private void makeRoom() {
        if (orders.size() < MOST) {
            return;
        }
        var over = orders.entrySet().stream()
                .filter(entry -> entry.getValue().isOver())
                .findFirst()
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.RESOURCE_EXHAUSTED,
                                "Too many files are on their way",
                                Map.of("resource", "deliveries", "limit", MOST))
                        .asException());
        orders.remove(over.getKey());
    }

    @Override
    public void forget(String sandboxId, SaveQuery order) {
        synchronized (orders) {
            var forgotten = orders.remove(name(sandboxId, order.id()));
            if (forgotten != null) {
                forgotten.giveUp();
            }
        }
    }

    private static String name(String sandboxId, String order) {
        return sandboxId + "/" + order;
    }

    private SaveStatus inTurn(Saving mine, String sandboxId, DeliverFile order) {
        turns.acquireUninterruptibly();
        try {
            return mine.isGivenUp() ? SaveStatus.of(Progress.ABSENT, 0) : deliver(mine, sandboxId, order);
        } finally {
            turns.release();
        }
    }

    private SaveStatus deliver(Saving mine, String sandboxId, DeliverFile order) {
        try (var parts = new PartsOutput(store, order.parts(), order.partBytes(), scratch)) {
            mine.writesTo(parts);
            var digest = MessageDigest.getInstance("SHA-256");
            var content = new Content(order, new DigestOutputStream(parts, digest));
            try {
                files.send(sandboxId, order.user(), order.path(), content);
            } catch (ApiException e) {
                if (content.broken != null) {
                    throw content.broken;
                }
                LOG.info("order {} was not done: {}", order.id(), e.failure().message());
                return SaveStatus.failed(e.failure());
            }
            var etags = parts.finish();
            return SaveStatus.done(
                    new SavedWorkspace(etags, content.bytes, HexFormat.of().formatHex(digest.digest())));
        } catch (IOException e) {
            if (mine.isGivenUp()) {
                LOG.info("order {} was given up", order.id());
                return SaveStatus.of(Progress.ABSENT, 0);
            }
            LOG.warn("order {} was not done", order.id(), e);
            return SaveStatus.failed(Workspaces.whyNotSaved(e));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What was ordered of a file, on its way into the parts. */
    private static final class Content implements Download {
        private static final int ROOM = 64 << 10;

        private final DeliverFile order;
        private final OutputStream parts;
        private final ByteBuffer room = ByteBuffer.allocate(ROOM);
        private long bytes;

        /** Not the file's fault. */
        private @Nullable IOException broken;

        Content(DeliverFile order, OutputStream parts) {
            this.order = order;
            this.parts = parts;
        }

        @Override
        public Part choose(FileInfo file) {
            return new Part(order.offset(), order.length());
        }

        @Override
        public void begin(FileInfo file, long size, Part part, long length) {
            // Whoever fetches it hears of its length from the store.
        }

        @Override
        public ByteBuffer room() {
            return room.clear();
        }

        @Override
        public void filled(int count) throws IOException {
            try {
                parts.write(room.array(), 0, count);
                bytes += count;
            } catch (IOException e) {
                broken = e;
                throw e;
            }
        }

        @Override
        public void end() {
            // The parts are ended by whoever made them.
        }
    }
}
