package dev.elevo.agent.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Collects frames in packs, and stores some while the next is filled. */
final class PackWriter implements AutoCloseable {
    private static final int MOST_FRAMES = 12 << 20;
    private static final int MOST_INDEX = 2 << 20;
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Depot depot;
    private final Archives.Room room;
    private final PackList packs;
    private final ExecutorService storing;
    private final Arena memory = Arena.ofShared();
    private final Deque<Future<MemorySegment>> underWay = new ArrayDeque<>();
    private MemorySegment filled = newBuffer();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();
    private String id = newId();
    private int length;
    private long stored;

    PackWriter(Depot depot, Archives.Room room, PackList packs, ExecutorService storing) {
        this.depot = depot;
        this.room = room;
        this.packs = packs;
        this.storing = storing;
    }

    private MemorySegment newBuffer() {
        return RawMemory.allocate(memory, MOST_FRAMES + 2L * MOST_INDEX);
    }

    private static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The block's new chunks find their place. */
    void add(Block block, ChunkTable chunks) throws IOException {
        var frame = block.frame();
        if (frame == null) {
            return;
        }
        if (length + frame.byteSize() > MOST_FRAMES || index.size() > MOST_INDEX) {
            store();
        }
        MemorySegment.copy(frame, 0, filled, length, frame.byteSize());
        var number = packs.add(id);
        var entries = new DataOutputStream(index);
        for (var piece : block.pieces()) {
            if (piece.isFresh()) {
                var location = new Location(
                        number, length, (int) frame.byteSize(), block.frameSize(), piece.at(), piece.length());
                chunks.put(piece.hash(), location);
                PackIndex.write(entries, piece.hash(), location);
            }
        }
        length += (int) frame.byteSize();
    }

    private void store() throws IOException {
        if (length == 0) {
            return;
        }
        var end = PackIndex.end(index.toByteArray());
        MemorySegment.copy(MemorySegment.ofArray(end), 0, filled, length, end.length);
        var content = filled.asSlice(0, length + (long) end.length).asByteBuffer();
        var key = depot.pack(id);
        var full = filled;
        underWay.addLast(storing.submit(() -> {
            room.require(content.remaining());
            depot.blobs().put(key, content);
            return full;
        }));
        stored += content.remaining();
        filled = underWay.size() > Pipeline.STORED_AHEAD ? Futures.get(underWay.removeFirst()) : newBuffer();
        index.reset();
        length = 0;
        id = newId();
    }

    /** Returns how many bytes are stored, or will be. */
    long finish() throws IOException {
        store();
        return stored;
    }

    void settle() throws IOException {
        while (!underWay.isEmpty()) {
            Futures.get(underWay.removeFirst());
        }
    }

    /** Its memory is read until the last pack is stored. */
    @Override
    public void close() {
        underWay.forEach(Futures::settle);
        memory.close();
    }
}
