package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stretch of the manifest with the contents that belong to it: what is hashed and compressed at once. */
final class Block {
    static final int SIZE = 1 << 20;
    private static final int MOST_PARTS = 4096;
    /** Each is open until it is read. */
    private static final int MOST_FILES = 256;

    private static final int MOST_WORDS = 1 << 18;

    private final MemorySegment data;
    private final MemorySegment frame;
    private final MemorySegment digest;
    private final List<Part> parts = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private byte[] text = new byte[1 << 12];
    private int used;
    private int words;
    private int files;
    private int frameSize;
    private int frameLength;

    Block(Arena memory) {
        // Next to each other: most frames are so much smaller than they may be that both are in one page of the
        // kernel's huge ones.
        var both = RawMemory.allocate(memory, SIZE + Zstd.compressBound(SIZE));
        data = both.asSlice(0, SIZE);
        frame = both.asSlice(SIZE);
        digest = memory.allocate(ArchiveLibrary.DIGEST, 64);
    }

    /** In the order of the manifest. */
    sealed interface Part {}

    /** Records that are complete: where they are among all words of the block. */
    private static final class Words implements Part {
        private final int start;
        private int end;

        private Words(int start) {
            this.start = start;
        }
    }

    /** A chunk whose record has to wait until it is known where the chunk lies. */
    static final class Piece implements Part {
        private final SourceFile file;
        private final long offset;
        private final int start;
        private final int length;
        private byte[] hash = {};
        private boolean fresh;
        private int at;

        private Piece(SourceFile file, long offset, int start, int length) {
            this.file = file;
            this.offset = offset;
            this.start = start;
            this.length = length;
        }

        long offset() {
            return offset;
        }

        byte[] hash() {
            return hash;
        }

        boolean isFresh() {
            return fresh;
        }

        /** Nobody has stored it yet. */
        void store() {
            fresh = true;
        }

        int at() {
            return at;
        }

        int length() {
            return length;
        }
    }

    List<Piece> pieces() {
        return pieces;
    }

    boolean isFull() {
        return used == SIZE || files >= MOST_FILES || parts.size() >= MOST_PARTS || words >= MOST_WORDS;
    }

    void add(byte[] record) {
        if (text.length - words < record.length) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, words + record.length));
        }
        System.arraycopy(record, 0, text, words, record.length);
        if (parts.isEmpty() || !(parts.getLast() instanceof Words)) {
            parts.add(new Words(words));
        }
        words += record.length;
        ((Words) parts.getLast()).end = words;
    }

    int room() {
        return SIZE - used;
    }

    void add(SourceFile file, long offset, int length) {
        var piece = new Piece(file.use(offset, length), offset, used, length);
        parts.add(piece);
        pieces.add(piece);
        used += length;
        files++;
    }

    /** Piece by piece, so that what is hashed is still near the processor. */
    Block read(ArchiveLibrary library) throws IOException {
        try {
            for (var piece : pieces) {
                var content = data.asSlice(piece.start, piece.length);
                piece.file.fill(content, piece.offset);
                library.hash(content, digest);
                piece.hash = digest.toArray(JAVA_BYTE);
            }
            return this;
        } finally {
            release();
        }
    }

    /** Nothing of it is going to be read any more. */
    void release() {
        pieces.forEach(piece -> piece.file.close());
    }

    /** Brings what is to be stored together and compresses it. */
    Block compressed(ZstdCompressCtx context) {
        for (var piece : pieces) {
            if (piece.fresh) {
                if (piece.start != frameSize) {
                    MemorySegment.copy(data, piece.start, data, frameSize, piece.length);
                }
                piece.at = frameSize;
                frameSize += piece.length;
            }
        }
        if (frameSize > 0) {
            frameLength = context.compressDirectByteBuffer(
                    frame.asByteBuffer(), 0, (int) frame.byteSize(), data.asByteBuffer(), 0, frameSize);
        }
        return this;
    }

    /** What is to be stored; null when nothing is. */
    @Nullable
    MemorySegment frame() {
        return frameSize == 0 ? null : frame.asSlice(0, frameLength);
    }

    int frameSize() {
        return frameSize;
    }

    void writeTo(ManifestWriter manifest, ChunkTable chunks, UsedPacks packs) throws IOException {
        for (var part : parts) {
            switch (part) {
                case Words said -> manifest.write(text, said.start, said.end - said.start);
                case Piece piece -> {
                    var location = chunks.find(piece.hash);
                    if (location == null) {
                        throw new IllegalStateException("a chunk is neither new nor stored");
                    }
                    manifest.write(
                            Records.chunk(piece.offset, piece.hash, location.inPack(packs.number(location.pack()))));
                }
            }
        }
    }

    void clear() {
        parts.clear();
        pieces.clear();
        used = 0;
        words = 0;
        files = 0;
        frameSize = 0;
        frameLength = 0;
    }
}
