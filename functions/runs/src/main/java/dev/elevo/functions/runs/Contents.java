package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.platform.snapshot.Depots;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What artifacts hold. Each content is put down under a key that never had another. */
@Singleton
final class Contents {
    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);

    private final BlobStore blobs;
    private final Litter litter;

    Contents(BlobStore blobs, Litter litter) {
        this.blobs = blobs;
        this.litter = litter;
    }

    /** Gives its key. It is litter until a record makes it its own. */
    String put(String organizationId, byte[] content) {
        var key = "artifacts/" + Depots.of(organizationId) + "/" + UUID.randomUUID();
        litter.announce(Litter.Kind.BLOB, organizationId, key);
        try {
            blobs.put(key, ByteBuffer.wrap(content));
        } catch (IOException e) {
            throw isFull(e)
                    ? new Failure.Refused(ErrorCode.STORAGE_INSUFFICIENT, "There is no room for it").causedBy(e)
                    : silent(e);
        }
        return key;
    }

    byte[] read(String key, int size) {
        var content = ByteBuffer.allocate(size);
        try {
            blobs.read(key, 0, content);
        } catch (IOException e) {
            throw silent(e);
        }
        return content.array();
    }

    /** Of a piece of litter. What cannot be removed now is by the sweep. */
    void clear(String key) {
        try {
            blobs.delete(key);
            litter.cleared(Litter.Kind.BLOB, key);
        } catch (IOException e) {
            LOG.warn("{} is left to the next sweep", key, e);
        }
    }

    private static boolean isFull(IOException failure) {
        return failure.getMessage() != null && failure.getMessage().contains("No space left on device");
    }

    private static RuntimeException silent(IOException cause) {
        return new Failure.Unavailable("The store of artifacts does not answer", Duration.ofSeconds(1)).causedBy(cause);
    }
}
