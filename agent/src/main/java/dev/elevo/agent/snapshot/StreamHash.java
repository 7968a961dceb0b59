package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.elevo.agent.foreign.Foreign;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** SHA-256 of something that comes piece by piece. */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class StreamHash implements AutoCloseable {
    /** Of the library's {@code struct hash}. */
    private static final int SIZE = 8 * Integer.BYTES + Long.BYTES + 64;

    private static final int MOST_AT_ONCE = 1 << 16;

    private final ArchiveLibrary library;
    private final Arena memory = Arena.ofConfined();
    private final MemorySegment state = memory.allocate(SIZE, Long.BYTES);
    private final MemorySegment piece = memory.allocate(MOST_AT_ONCE, Long.BYTES);

    StreamHash(ArchiveLibrary library) {
        this.library = library;
        try {
            library.hashBegin.invokeExact(state);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    void add(byte[] bytes, int offset, int length) {
        for (int at = 0; at < length; ) {
            var count = Math.min(length - at, MOST_AT_ONCE);
            MemorySegment.copy(bytes, offset + at, piece, JAVA_BYTE, 0, count);
            try {
                library.hashAdd.invokeExact(state, piece, (long) count);
            } catch (Throwable e) {
                throw Foreign.broken(e);
            }
            at += count;
        }
    }

    /** Of all that was added. Nothing can be added afterwards. */
    byte[] digest() {
        try {
            library.hashEnd.invokeExact(state, piece);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        return piece.asSlice(0, ArchiveLibrary.DIGEST).toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        memory.close();
    }
}
