package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * From keys to values of one length each. Many are in a file that nobody else sees: a million of them must not take memory that the agent
 * does not have, and the kernel keeps of it what it has room for.
 * One thread at a time may use it.
 */
final class OffHeapTable implements AutoCloseable {
    static final long NONE = -1;

    private static final long LEAST_CAPACITY = 1 << 12;
    /** Whatever somebody expects. */
    private static final long MOST_AT_FIRST = 1 << 20;

    private static final long MOST_IN_MEMORY = 8L << 20;
    private static final int FILLED_AT_ONCE = 1 << 16;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Path directory;
    private final int keyLength;
    private final int valueAt;
    private final int slotLength;
    private Arena memory;
    private MemorySegment slots;
    private long capacity;
    private long used;

    /**
     * For keys of eight bytes or more, of which the first eight should differ.
     *
     * @param expected how many there may be: who says so beforehand does not wait for it to grow
     */
    OffHeapTable(Path directory, int keyLength, int valueLength, long expected) throws IOException {
        this.directory = directory;
        this.keyLength = keyLength;
        this.valueAt = Long.BYTES + aligned(keyLength);
        this.slotLength = valueAt + aligned(valueLength);
        allocate(Math.clamp(4 * Long.highestOneBit(expected), LEAST_CAPACITY, MOST_AT_FIRST));
    }

    private static int aligned(int length) {
        return (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    private void allocate(long wanted) throws IOException {
        var length = wanted * slotLength;
        var arena = Arena.ofShared();
        try {
            slots = length <= MOST_IN_MEMORY ? RawMemory.allocate(arena, length) : map(arena, length);
        } catch (IOException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
        memory = arena;
        capacity = wanted;
    }

    /** The disk gives what is written, not what is mapped: without room for it, whoever touched the memory would learn that by a signal. */
    private MemorySegment map(Arena arena, long length) throws IOException {
        var file = Files.createTempFile(directory, "table", ".tmp");
        try (var opened = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var zeros = ByteBuffer.allocate(FILLED_AT_ONCE);
            for (long at = 0; at < length; ) {
                at += opened.write(zeros.clear().limit((int) Math.min(FILLED_AT_ONCE, length - at)), at);
            }
            return opened.map(FileChannel.MapMode.READ_WRITE, 0, length, arena);
        } finally {
            Files.delete(file);
        }
    }

    /** All values, for {@link #find} and {@link #claim} to point into. */
    MemorySegment memory() {
        return slots;
    }

    /** Where the value of the key lies, or {@link #NONE}. */
    long find(byte[] key) {
        var slot = slot(key);
        return slots.get(JAVA_LONG, slot) == 0 ? NONE : slot + valueAt;
    }

    /** Where the value of the key has its place, new ones full of zeros. Whatever was found before may have moved. */
    long claim(byte[] key) throws IOException {
        if (used * 2 >= capacity) {
            grow();
        }
        var slot = slot(key);
        if (slots.get(JAVA_LONG, slot) == 0) {
            slots.set(JAVA_LONG, slot, tag(key));
            MemorySegment.copy(key, 0, slots, JAVA_BYTE, slot + Long.BYTES, keyLength);
            used++;
        }
        return slot + valueAt;
    }

    private long slot(byte[] key) {
        var tag = tag(key);
        var wanted = MemorySegment.ofArray(key);
        for (var at = place(tag); ; at = (at + 1) & (capacity - 1)) {
            var slot = at * slotLength;
            var found = slots.get(JAVA_LONG, slot);
            if (found == 0
                    || (found == tag
                            && slots.asSlice(slot + Long.BYTES, keyLength).mismatch(wanted) < 0)) {
                return slot;
            }
        }
    }

    private long place(long tag) {
        return ((tag * GOLDEN) >>> 20) & (capacity - 1);
    }

    /** Zero is for what is free. */
    private static long tag(byte[] key) {
        long tag = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            tag = (tag << Byte.SIZE) | (key[i] & 0xFF);
        }
        return tag == 0 ? 1 : tag;
    }

    private void grow() throws IOException {
        var old = slots;
        var oldMemory = memory;
        var oldCapacity = capacity;
        allocate(2 * oldCapacity);
        for (long at = 0; at < oldCapacity; at++) {
            var tag = old.get(JAVA_LONG, at * slotLength);
            if (tag != 0) {
                var to = place(tag);
                while (slots.get(JAVA_LONG, to * slotLength) != 0) {
                    to = (to + 1) & (capacity - 1);
                }
                MemorySegment.copy(old, at * slotLength, slots, to * slotLength, slotLength);
            }
        }
        oldMemory.close();
    }

    @Override
    public void close() {
        memory.close();
    }
}
