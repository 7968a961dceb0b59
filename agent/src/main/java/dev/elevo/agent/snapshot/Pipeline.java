package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Blocks on their way into packs: read and hashed at the same time, then in their order asked for what is new in them, compressed at the
 * same time, and in their order written. One thread does all that has an order; so what it knows is never a race.
 */
final class Pipeline implements AutoCloseable {
    /** One waits for the disk while the others compute. */
    private static final int THREADS = Runtime.getRuntime().availableProcessors() + 1;
    /** Blocks whose files the system fetches meanwhile: a disk is quick for who wants much of it at once. */
    private static final int READ_AHEAD = 8;

    private static final int COMPRESSED_AHEAD = THREADS + 1;
    /** Packs that are on their way to the store while the next is filled. */
    static final int STORED_AHEAD = 2;

    private final ArchiveLibrary library;
    private final ChunkTable chunks;
    private final ManifestWriter manifest;
    private final UsedPacks used;
    private final Arena memory = Arena.ofShared();
    private final ExecutorService workers = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("snapshot-", 0).daemon().factory());
    private final ExecutorService storing = Executors.newFixedThreadPool(
            STORED_AHEAD,
            Thread.ofPlatform().name("snapshot-storing-", 0).daemon().factory());
    private final Compressors compressors = new Compressors(THREADS);
    private final PackWriter packs;
    private final Deque<Block> idle = new ArrayDeque<>();
    private final Line<Block> read = new Line<>(READ_AHEAD);
    private final Line<Block> compressed = new Line<>(COMPRESSED_AHEAD);
    /** Chunks that are new, and not yet in a pack. */
    private final Set<String> underWay = new HashSet<>();

    private Block filled;

    Pipeline(
            ArchiveLibrary library,
            Depot depot,
            Archives.Room room,
            PackList list,
            UsedPacks used,
            ChunkTable chunks,
            ManifestWriter manifest) {
        this.used = used;
        this.library = library;
        this.chunks = chunks;
        this.manifest = manifest;
        this.packs = new PackWriter(depot, room, list, storing);
        this.filled = new Block(memory);
    }

    void add(byte[] record) throws IOException {
        filled.add(record);
        if (filled.isFull()) {
            turn();
        }
    }

    /** Some of a file that is at most a block's size. */
    void add(SourceFile file, long offset, int length) throws IOException {
        if (filled.isFull() || filled.room() < length) {
            turn();
        }
        filled.add(file, offset, length);
    }

    private void turn() throws IOException {
        for (var block = read.due(); block != null; block = read.due()) {
            compress(block);
        }
        writeWhatIsDue();
        var full = filled;
        filled = idle.isEmpty() ? new Block(memory) : idle.removeFirst();
        read.add(workers.submit(() -> full.read(library)));
    }

    private void compress(Block block) throws IOException {
        for (var piece : block.pieces()) {
            if (chunks.find(piece.hash()) == null && underWay.add(Bytes.text(piece.hash()))) {
                piece.store();
            }
        }
        compressed.add(workers.submit(() -> compressors.compress(block)));
        writeWhatIsDue();
    }

    private void writeWhatIsDue() throws IOException {
        for (var block = compressed.due(); block != null; block = compressed.due()) {
            write(block);
        }
    }

    private void write(Block block) throws IOException {
        packs.add(block, chunks);
        for (var piece : block.pieces()) {
            if (piece.isFresh()) {
                underWay.remove(Bytes.text(piece.hash()));
            }
        }
        block.writeTo(manifest, chunks, used);
        block.clear();
        idle.addLast(block);
    }

    /** Hands on what is left. Returns how many bytes are stored that were not there before, when it is {@link #settle settled}. */
    long finish() throws IOException {
        turn();
        for (var block = read.next(); block != null; block = read.next()) {
            compress(block);
        }
        for (var block = compressed.next(); block != null; block = compressed.next()) {
            write(block);
        }
        return packs.finish();
    }

    /** Returns when all of them are safe. */
    void settle() throws IOException {
        packs.settle();
    }

    /** Its memory is in use until the last worker is done. */
    @Override
    public void close() {
        filled.release();
        workers.shutdown();
        read.settle();
        compressed.settle();
        packs.close();
        storing.shutdown();
        compressors.close();
        memory.close();
    }
}
