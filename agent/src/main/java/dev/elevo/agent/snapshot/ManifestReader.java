package dev.elevo.agent.snapshot;

import com.github.luben.zstd.ZstdInputStream;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Reads the records of a manifest, one after the other. */
final class ManifestReader implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int MOST = 1 << 19;

    private final String id;
    private final Manifest manifest;
    private final MessageDigest digest = Manifest.digest();
    private final DigestInputStream body;
    private final DataInputStream in;
    private boolean atEnd;

    ManifestReader(Depot depot, String id, Manifest manifest) throws IOException {
        this.id = id;
        this.manifest = manifest;
        body = new DigestInputStream(new BlobInput(depot, depot.manifest(id), manifest.bodyLength()), digest);
        in = new DataInputStream(new BufferedInputStream(new ZstdInputStream(body), BUFFER));
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
        if (atEnd) {
            return null;
        }
        try {
            return switch (in.readByte()) {
                case Records.ENTER -> new Enter(new Entry(bytes()), bytes());
                case Records.LEAVE -> new Leave();
                case Records.LEAF -> new Leaf(new Entry(bytes()), bytes());
                case Records.LINK -> new Link(new Entry(bytes()), bytes());
                case Records.CHUNK -> new Chunk(in.readLong(), in.readNBytes(ArchiveLibrary.DIGEST), location());
                case Records.END -> ended();
                default -> throw new IllegalArgumentException("no record of a manifest");
            };
        } catch (MissingBlobException e) {
            throw new DamagedException(id, "its list of files is missing", e);
        } catch (IOException | IllegalArgumentException e) {
            // Whatever reads it takes exception to nonsense in a way of its own.
            throw e instanceof DamagedException damaged
                    ? damaged
                    : new DamagedException(id, "its list of files is damaged", e);
        }
    }

    private byte[] bytes() throws IOException {
        var length = in.readInt();
        if (length < 0 || length > MOST) {
            throw new IllegalArgumentException("no record of a manifest");
        }
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IllegalArgumentException("half a record of a manifest");
        }
        return bytes;
    }

    private Location location() throws IOException {
        return new Location(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt());
    }

    private @Nullable Item ended() throws IOException {
        // What the decompression does not need is hashed too.
        body.transferTo(OutputStream.nullOutputStream());
        if (!MessageDigest.isEqual(digest.digest(), manifest.bodyHash())) {
            throw new DamagedException(id, "its list of files is damaged");
        }
        atEnd = true;
        return null;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
