package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The files of an earlier snapshot of the same disk, by their inodes: one that is as it was need not be read again. Found by inode
 * alone: a new name is a change, too.
 */
final class ParentFiles implements AutoCloseable {
    /** The clock that files are stamped by ticks: what changed so late may have changed again within the same tick. */
    private static final Duration TICK = Duration.ofMillis(50);

    private final Arena memory;
    private final MemorySegment records;
    private final OffHeapTable places;
    private final PackList packs;

    private ParentFiles(Arena memory, MemorySegment records, OffHeapTable places, PackList packs) {
        this.memory = memory;
        this.records = records;
        this.places = places;
        this.packs = packs;
    }

    static ParentFiles load(ArchiveLibrary library, Depot depot, String id, Manifest manifest, Path directory)
            throws IOException {
        // Who loads them is not who asks for them.
        var memory = Arena.ofShared();
        OffHeapTable places = null;
        try {
            var records = read(library, depot, id, manifest, directory, memory);
            places = new OffHeapTable(directory, Long.BYTES, Long.BYTES, manifest.entries());
            var files = new ParentFiles(memory, records, places, new PackList(manifest.packs()));
            files.index(id, manifest.frozenAt().minus(TICK));
            return files;
        } catch (IOException | RuntimeException e) {
            if (places != null) {
                places.close();
            }
            memory.close();
            throw e;
        }
    }

    private static MemorySegment read(
            ArchiveLibrary library, Depot depot, String id, Manifest manifest, Path directory, Arena memory)
            throws IOException {
        var file = directory.resolve("parent" + UUID.randomUUID());
        try (var written = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
                var reader = new ManifestReader(library, depot, id, manifest)) {
            reader.copyTo(Channels.newOutputStream(written));
            return written.map(FileChannel.MapMode.READ_ONLY, 0, written.size(), memory);
        }
    }

    private void index(String id, Instant settled) throws IOException {
        try {
            index(settled);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new DamagedException(id, "its list of files is none", e);
        }
    }

    /** Notes the places of those that can be told from what they become. */
    private void index(Instant settled) throws IOException {
        for (long at = 0; ; ) {
            switch (records.get(JAVA_BYTE, at)) {
                case Records.END -> {
                    return;
                }
                case Records.LEAVE -> at++;
                case Records.CHUNK -> at += Records.CHUNK_LENGTH;
                case Records.LEAF -> {
                    var file = new Known(at);
                    if (file.entry.isRegular() && file.entry.changedBefore(settled)) {
                        // To claim a place may move all of them.
                        var place = places.claim(key(file.entry));
                        places.memory().set(JAVA_LONG, place, at);
                    }
                    at = file.position;
                }
                case Records.ENTER, Records.LINK -> at = new Known(at).position;
                default -> throw new IllegalArgumentException("no record of a manifest");
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
            for (var at = position; isChunk(at); at += Records.CHUNK_LENGTH) {
                if (usable.find(packs.name(records.get(Records.NUMBER, at + Records.PACK_AT)))
                        .isEmpty()) {
                    return false;
                }
            }
            return true;
        }

        /** Its record for a snapshot that uses these packs; null at the end. */
        byte @Nullable [] nextChunk(UsedPacks used) {
            if (!isChunk(position)) {
                return null;
            }
            var chunk = bytes(Records.CHUNK_LENGTH);
            return Records.renumbered(chunk, used.number(packs.name(Records.pack(chunk))));
        }

        private boolean isChunk(long at) {
            return records.get(JAVA_BYTE, at) == Records.CHUNK;
        }

        private byte[] bytes() {
            var length = records.get(Records.NUMBER, position);
            position += Integer.BYTES;
            return bytes(length);
        }

        private byte[] bytes(int length) {
            var bytes = new byte[length];
            MemorySegment.copy(records, JAVA_BYTE, position, bytes, 0, length);
            position += length;
            return bytes;
        }
    }

    @Override
    public void close() {
        places.close();
        memory.close();
    }
}
