package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a snapshot is being taken, so that nothing is removed which it may refer to: {@link Collector} tells how. */
final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final Depot depot;
    private final String id;

    private Lease(Depot depot, String id) {
        this.depot = depot;
        this.id = id;
    }

    static Lease take(Depot depot, String id) throws IOException {
        depot.blobs().put(depot.lease(id), ByteBuffer.allocate(0));
        return new Lease(depot, id);
    }

    void release() throws IOException {
        depot.blobs().delete(depot.lease(id));
    }

    /** One that stays does no harm: the next collection finds that nobody holds it. */
    @Override
    public void close() {
        try {
            release();
        } catch (IOException e) {
            LOG.warn("the lease of {} stays for the next collection: {}", id, e.getMessage());
        }
    }
}
