package dev.elevo.agent.snapshot;

import com.github.luben.zstd.ZstdInputStream;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Reads the records of a manifest, one after the other. */
final class ManifestReader implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int MOST = 1 << 19;

    private final String id;
    private final Manifest manifest;
    private final StreamHash hash;
    private final InputStream body;
    private final InputStream in;
    /** What is decompressed and not yet taken apart. */
    private ByteBuffer ahead = ByteBuffer.allocate(BUFFER).limit(0);

    private boolean atEnd;

    ManifestReader(ArchiveLibrary library, Depot depot, String id, Manifest manifest) throws IOException {
        this.id = id;
        this.manifest = manifest;
        hash = new StreamHash(library);
        body = new Hashed(new BlobInput(depot, depot.manifest(id), manifest.bodyLength()));
        in = new ZstdInputStream(body);
    }

    private final class Hashed extends FilterInputStream {
        Hashed(InputStream from) {
            super(from);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int wanted) throws IOException {
            var count = super.read(into, offset, wanted);
            if (count > 0) {
                hash.add(into, offset, count);
            }
            return count;
        }
    }

    /** One record. */
    sealed interface Item {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Enter(Entry entry, byte[] attributes) implements Item {}

    record Leave() implements Item {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Leaf(Entry entry, byte[] attributes) implements Item {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Link(Entry entry, byte[] path) implements Item {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Chunk(long offset, byte[] hash, Location location) implements Item {}

    /** Null after the last one, and then all of them are what was written. */
    @Nullable
    Item next() throws IOException {
        return atEnd ? null : undamaged(this::item);
    }

    /** All records as they are, of which none was asked for. When it returns they are what was written. */
    void copyTo(OutputStream to) throws IOException {
        var some = new byte[BUFFER];
        for (var count = undamaged(() -> in.read(some)); count >= 0; count = undamaged(() -> in.read(some))) {
            to.write(some, 0, count);
        }
        undamaged(this::ended);
    }

    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    private <T extends @Nullable Object> T undamaged(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (MissingBlobException e) {
            throw new DamagedException(id, "its list of files is missing", e);
        } catch (IOException | IllegalArgumentException e) {
            // Whatever reads it takes exception to nonsense in a way of its own.
            throw e instanceof DamagedException damaged
                    ? damaged
                    : new DamagedException(id, "its list of files is damaged", e);
        }
    }

    private @Nullable Item item() throws IOException {
        return switch (ahead(1).get()) {
            case Records.ENTER -> new Enter(new Entry(bytes()), bytes());
            case Records.LEAVE -> new Leave();
            case Records.LEAF -> new Leaf(new Entry(bytes()), bytes());
            case Records.LINK -> new Link(new Entry(bytes()), bytes());
            case Records.CHUNK -> chunk();
            case Records.END -> ended();
            default -> throw new IllegalArgumentException("no record of a manifest");
        };
    }

    private byte[] bytes() throws IOException {
        var length = ahead(Integer.BYTES).getInt();
        if (length < 0 || length > MOST) {
            throw new IllegalArgumentException("no record of a manifest");
        }
        return bytes(length);
    }

    private byte[] bytes(int length) throws IOException {
        var bytes = new byte[length];
        ahead(length).get(bytes);
        return bytes;
    }

    private Chunk chunk() throws IOException {
        var offset = ahead(Records.CHUNK_LENGTH - 1).getLong();
        var hash = bytes(ArchiveLibrary.DIGEST);
        return new Chunk(
                offset,
                hash,
                new Location(
                        ahead.getInt(),
                        ahead.getInt(),
                        ahead.getInt(),
                        ahead.getInt(),
                        ahead.getInt(),
                        ahead.getInt()));
    }

    /** At least so many bytes. */
    private ByteBuffer ahead(int count) throws IOException {
        if (ahead.remaining() < count) {
            ahead = count > ahead.capacity() ? ByteBuffer.allocate(count).put(ahead) : ahead.compact();
            while (ahead.position() < count) {
                var read = in.read(ahead.array(), ahead.position(), ahead.remaining());
                if (read < 0) {
                    throw new EOFException("half a record of a manifest");
                }
                ahead.position(ahead.position() + read);
            }
            ahead.flip();
        }
        return ahead;
    }

    private @Nullable Item ended() throws IOException {
        // What the decompression does not need is hashed too.
        body.transferTo(OutputStream.nullOutputStream());
        if (!MessageDigest.isEqual(hash.digest(), manifest.bodyHash())) {
            throw new DamagedException(id, "its list of files is damaged");
        }
        atEnd = true;
        return null;
    }

    @Override
    public void close() throws IOException {
        hash.close();
        in.close();
    }
}
