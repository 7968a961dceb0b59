package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.elevo.contract.blob.BlobStore;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
    static void load(ArchiveLibrary library, Depot depot, PackList packs, ChunkTable chunks) throws IOException {
        var avoided = Stream.of(
                        depot.blobs().list(depot.condemned()), depot.blobs().list(depot.distrusted()))
                .flatMap(List::stream)
                .map(Depot::idOf)
                .collect(Collectors.toSet());
        for (var pack : depot.blobs().list(depot.packs())) {
            if (!avoided.contains(Depot.idOf(pack))) {
                load(library, depot, pack, packs, chunks);
            }
        }
    }

    /** One that cannot be read is used by nobody new: it gets no number, so what an earlier snapshot has in it is stored again. */
    private static void load(
            ArchiveLibrary library, Depot depot, BlobStore.Blob pack, PackList packs, ChunkTable chunks)
            throws IOException {
        try (var memory = Arena.ofConfined()) {
            var entries = entries(library, depot, pack, memory);
            if (entries == null) {
                return;
            }
            int number = packs.add(Depot.idOf(pack));
            for (var in = entries.asByteBuffer(); in.hasRemaining(); ) {
                var chunk = new byte[ArchiveLibrary.DIGEST];
                in.get(chunk);
                chunks.put(
                        chunk, new Location(number, in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt()));
            }
        }
    }

    private static @Nullable MemorySegment entries(
            ArchiveLibrary library, Depot depot, BlobStore.Blob pack, Arena memory) throws IOException {
        var read = tail(depot, pack, LIKELY, memory);
        if (read.byteSize() < TAIL) {
            LOG.warn("{} has no index", pack.key());
            return null;
        }
        var tail = read.asSlice(read.byteSize() - TAIL).asByteBuffer();
        var hash = new byte[ArchiveLibrary.DIGEST];
        tail.get(hash);
        var length = tail.getInt();
        if (tail.getLong() != MAGIC || length < 0 || length % ENTRY != 0 || length > pack.size() - TAIL) {
            LOG.warn("{} has no index", pack.key());
            return null;
        }
        if (length + TAIL > read.byteSize()) {
            read = tail(depot, pack, length + TAIL, memory);
        }
        var entries = read.asSlice(read.byteSize() - TAIL - length, length);
        var digest = memory.allocate(ArchiveLibrary.DIGEST);
        library.hash(entries, digest);
        if (!MessageDigest.isEqual(digest.toArray(JAVA_BYTE), hash)) {
            LOG.warn("the index of {} is damaged", pack.key());
            return null;
        }
        return entries;
    }

    private static MemorySegment tail(Depot depot, BlobStore.Blob pack, int most, Arena memory) throws IOException {
        var into = memory.allocate(Math.min(pack.size(), most));
        depot.blobs().read(pack.key(), pack.size() - into.byteSize(), into.asByteBuffer());
        return into;
    }
}
