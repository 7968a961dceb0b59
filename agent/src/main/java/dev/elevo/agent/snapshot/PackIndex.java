package dev.elevo.agent.snapshot;

import dev.elevo.contract.blob.BlobStore;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands at the end of a pack: which chunks are where in it. */
final class PackIndex {
    private static final Logger LOG = LoggerFactory.getLogger(PackIndex.class);
    private static final long MAGIC = 0x454c45564f504b31L;
    private static final int ENTRY = ArchiveLibrary.DIGEST + 5 * Integer.BYTES;
    private static final int TAIL = ArchiveLibrary.DIGEST + Integer.BYTES + Long.BYTES;
    /** Most indexes come with the first read. */
    private static final int LIKELY = 32 << 10;

    private PackIndex() {}

    static void write(DataOutputStream out, byte[] hash, Location location) throws IOException {
        out.write(hash);
        out.writeInt(location.frame());
        out.writeInt(location.frameLength());
        out.writeInt(location.frameSize());
        out.writeInt(location.at());
        out.writeInt(location.length());
    }

    static byte[] end(byte[] entries) {
        return ByteBuffer.allocate(entries.length + TAIL)
                .put(entries)
                .put(Manifest.digest().digest(entries))
                .putInt(entries.length)
                .putLong(MAGIC)
                .array();
    }

    /** Every chunk that is in packs which stay, and in which nothing was found damaged. */
    static void load(Depot depot, PackList packs, ChunkTable chunks) throws IOException {
        var avoided = Stream.of(
                        depot.blobs().list(depot.condemned()), depot.blobs().list(depot.distrusted()))
                .flatMap(List::stream)
                .map(Depot::idOf)
                .collect(Collectors.toSet());
        for (var pack : depot.blobs().list(depot.packs())) {
            if (!avoided.contains(Depot.idOf(pack))) {
                load(depot, pack, packs, chunks);
            }
        }
    }

    /** One that cannot be read is used by nobody new: it gets no number, so what an earlier snapshot has in it is stored again. */
    private static void load(Depot depot, BlobStore.Blob pack, PackList packs, ChunkTable chunks) throws IOException {
        var key = pack.key();
        var size = pack.size();
        var read = read(depot, key, size, LIKELY);
        if (read.length < TAIL) {
            LOG.warn("{} has no index", key);
            return;
        }
        var tail = ByteBuffer.wrap(read, read.length - TAIL, TAIL);
        var hash = new byte[ArchiveLibrary.DIGEST];
        tail.get(hash);
        var length = tail.getInt();
        if (tail.getLong() != MAGIC || length < 0 || length % ENTRY != 0 || length > size - TAIL) {
            LOG.warn("{} has no index", key);
            return;
        }
        if (length + TAIL > read.length) {
            read = read(depot, key, size, length + TAIL);
        }
        var entries = Arrays.copyOfRange(read, read.length - TAIL - length, read.length - TAIL);
        if (!MessageDigest.isEqual(Manifest.digest().digest(entries), hash)) {
            LOG.warn("the index of {} is damaged", key);
            return;
        }
        int number = packs.add(Depot.idOf(pack));
        for (var in = ByteBuffer.wrap(entries); in.hasRemaining(); ) {
            var chunk = new byte[ArchiveLibrary.DIGEST];
            in.get(chunk);
            chunks.put(chunk, new Location(number, in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt()));
        }
    }

    private static byte[] read(Depot depot, String key, long size, int most) throws IOException {
        var into = ByteBuffer.allocate((int) Math.min(size, most));
        depot.blobs().read(key, size - into.remaining(), into);
        return into.array();
    }
}
