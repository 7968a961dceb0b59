package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.elevo.agent.snapshot.ManifestReader.Chunk;
import dev.elevo.agent.snapshot.ManifestReader.Item;
import dev.elevo.agent.snapshot.ManifestReader.Leaf;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of an earlier snapshot of the same disk, by their inodes: one that is as it was need not be read again. Found by inode
 * alone: a new name is a change, too.
 */
final class ParentFiles implements AutoCloseable {
    /** The clock that files are stamped by ticks: what changed so late may have changed again within the same tick. */
    private static final Duration TICK = Duration.ofMillis(50);

    /** Who loads them is not who asks for them. */
    private final Arena memory = Arena.ofShared();

    private final PackList packs;
    private final OffHeapTable places;
    private final MemorySegment files;

    private ParentFiles(List<String> packs, OffHeapTable places, FileChannel written) throws IOException {
        this.packs = new PackList(packs);
        this.places = places;
        this.files = written.map(FileChannel.MapMode.READ_ONLY, 0, written.size(), memory);
    }

    static ParentFiles load(ArchiveLibrary library, Depot depot, String id, Manifest manifest, Path directory)
            throws IOException {
        var file = Files.createTempFile(directory, "parent", ".tmp");
        OffHeapTable places = null;
        try {
            places = new OffHeapTable(directory, Long.BYTES, Long.BYTES, manifest.entries());
            try (var reader = new ManifestReader(library, depot, id, manifest);
                    var out = new Spool(file)) {
                read(reader, manifest.frozenAt().minus(TICK), places, out);
            }
            try (var written = FileChannel.open(file, StandardOpenOption.READ)) {
                return new ParentFiles(manifest.packs(), places, written);
            }
        } catch (IOException | RuntimeException e) {
            if (places != null) {
                places.close();
            }
            throw e;
        } finally {
            Files.delete(file);
        }
    }

    private static final class Spool implements AutoCloseable {
        private final DataOutputStream out;
        private long position;

        Spool(Path file) throws IOException {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
        }

        void write(byte[] bytes) throws IOException {
            out.write(bytes);
            position += bytes.length;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static void read(ManifestReader reader, Instant settled, OffHeapTable places, Spool out)
            throws IOException {
        var start = out.position;
        Leaf open = null;
        for (Item item = reader.next(); ; item = reader.next()) {
            if (item instanceof Chunk chunk) {
                if (open != null) {
                    out.write(Records.chunk(chunk.offset(), chunk.hash(), chunk.location()));
                }
                continue;
            }
            if (open != null) {
                out.write(new byte[] {Records.END});
                // To claim a place may move all of them.
                var place = places.claim(key(open.entry()));
                places.memory().set(JAVA_LONG, place, start);
            }
            if (item == null) {
                return;
            }
            open = item instanceof Leaf leaf
                            && leaf.entry().isRegular()
                            && leaf.entry().changedBefore(settled)
                    ? leaf
                    : null;
            start = out.position;
            if (open != null) {
                out.write(Records.leaf(open.entry(), open.attributes()));
            }
        }
    }

    private static byte[] key(Entry entry) {
        return ByteBuffer.allocate(Long.BYTES).putLong(entry.inode()).array();
    }

    /** What is known of the file, if it is as it was and its chunks are all in packs of these. */
    @Nullable
    Known find(Entry now, PackList usable) {
        var at = places.find(key(now));
        if (at == OffHeapTable.NONE) {
            return null;
        }
        var known = new Known(places.memory().get(JAVA_LONG, at));
        return now.isUnchangedSince(known.entry) && known.isIn(usable) ? known : null;
    }

    /** One file: its attributes, then the records of its chunks. */
    final class Known {
        private final Entry entry;
        private final byte[] attributes;
        private long position;

        private Known(long position) {
            this.position = position + 1;
            this.entry = new Entry(bytes());
            this.attributes = bytes();
        }

        byte[] attributes() {
            return attributes;
        }

        private boolean isIn(PackList usable) {
            var start = position;
            for (var chunk = next(); chunk != null; chunk = next()) {
                if (usable.find(packs.name(Records.pack(chunk))).isEmpty()) {
                    return false;
                }
            }
            position = start;
            return true;
        }

        /** Its record for a snapshot that uses these packs; null at the end. */
        byte @Nullable [] nextChunk(UsedPacks used) {
            var chunk = next();
            return chunk == null ? null : Records.renumbered(chunk, used.number(packs.name(Records.pack(chunk))));
        }

        private byte @Nullable [] next() {
            if (files.get(JAVA_BYTE, position) == Records.END) {
                return null;
            }
            var record = files.asSlice(position, Records.CHUNK_LENGTH).toArray(JAVA_BYTE);
            position += Records.CHUNK_LENGTH;
            return record;
        }

        private byte[] bytes() {
            var length = ByteBuffer.wrap(files.asSlice(position, Integer.BYTES).toArray(JAVA_BYTE))
                    .getInt();
            var bytes = files.asSlice(position + Integer.BYTES, length).toArray(JAVA_BYTE);
            position += Integer.BYTES + length;
            return bytes;
        }
    }

    @Override
    public void close() {
        places.close();
        memory.close();
    }
}
