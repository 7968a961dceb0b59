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
import org.jspecify.annotations.Nullable;

/**
 * The files of an earlier snapshot of the same disk, by their inodes: one that is as it was need not be read again. Found by inode
 * alone: a new name is a change, too.
 */
final class ParentFiles implements AutoCloseable {
    /** The clock that files are stamped by ticks: what changed so late may have changed again within the same tick. */
    private static final Duration TICK = Duration.ofMillis(50);

    private final Arena memory = Arena.ofConfined();
    private final OffHeapTable places;
    private final MemorySegment files;

    private ParentFiles(OffHeapTable places, FileChannel written) throws IOException {
        this.places = places;
        this.files = written.map(FileChannel.MapMode.READ_ONLY, 0, written.size(), memory);
    }

    /** The files of a snapshot whose chunks are all in these packs. */
    static ParentFiles load(
            ArchiveLibrary library, Depot depot, String id, Manifest manifest, PackList packs, Path directory)
            throws IOException {
        var file = Files.createTempFile(directory, "parent", ".tmp");
        OffHeapTable places = null;
        try {
            places = new OffHeapTable(directory, Long.BYTES, Long.BYTES, manifest.entries());
            try (var reader = new ManifestReader(library, depot, id, manifest);
                    var out = new Spool(file)) {
                read(reader, manifest, packs, places, out);
            }
            try (var written = FileChannel.open(file, StandardOpenOption.READ)) {
                return new ParentFiles(places, written);
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

    private static void read(ManifestReader reader, Manifest manifest, PackList packs, OffHeapTable places, Spool out)
            throws IOException {
        var own = new PackList(manifest.packs());
        var settled = manifest.frozenAt().minus(TICK);
        var start = out.position;
        Leaf open = null;
        for (Item item = reader.next(); ; item = reader.next()) {
            if (item instanceof Chunk chunk) {
                var pack = packs.find(own.name(chunk.location().pack()));
                if (open != null && pack.isPresent()) {
                    out.write(Records.chunk(
                            chunk.offset(), chunk.hash(), chunk.location().inPack(pack.getAsInt())));
                } else {
                    open = null;
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

    /** What is known of the file, if it is as it was. */
    @Nullable
    Known find(Entry now) {
        var at = places.find(key(now));
        if (at == OffHeapTable.NONE) {
            return null;
        }
        var known = new Known(places.memory().get(JAVA_LONG, at));
        return now.isUnchangedSince(known.entry) ? known : null;
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

        /** Null at the end. */
        byte @Nullable [] nextChunk() {
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
