package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.elevo.agent.snapshot.ManifestReader.Chunk;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A frame of a pack that is fetched, decompressed, and found to hold what is wanted of it. */
final class Frame {
    private final MemorySegment fetched;
    private final MemorySegment content;
    private final MemorySegment digest;
    private final List<Chunk> wanted = new ArrayList<>();

    Frame(Arena memory) {
        var both = RawMemory.allocate(memory, Block.SIZE + (long) Location.MOST_FRAME_LENGTH);
        content = both.asSlice(0, Block.SIZE);
        fetched = both.asSlice(Block.SIZE);
        digest = memory.allocate(ArchiveLibrary.DIGEST, 8);
    }

    Frame begin() {
        wanted.clear();
        return this;
    }

    void want(Chunk chunk) {
        wanted.add(chunk);
    }

    /** For whoever asked for all of them; the content is theirs then. */
    Frame fetch(ArchiveLibrary library, Depot depot, String snapshot, String pack) throws IOException {
        var place = wanted.getFirst().location();
        var from = fetched.asSlice(0, place.frameLength()).asByteBuffer();
        try {
            depot.blobs().read(depot.pack(pack), place.frame(), from);
            Zstd.decompressDirectByteBuffer(
                    content.asByteBuffer(), 0, place.frameSize(), from.flip(), 0, place.frameLength());
        } catch (MissingBlobException e) {
            throw new DamagedException(snapshot, "pack " + pack + " is missing, or a part of it", e);
        } catch (ZstdException e) {
            throw distrusting(depot, pack, new DamagedException(snapshot, damaged(pack, place), e));
        }
        for (var chunk : wanted) {
            library.hash(content(chunk.location()), digest);
            if (!Arrays.equals(digest.toArray(JAVA_BYTE), chunk.hash())) {
                throw distrusting(
                        depot,
                        pack,
                        new DamagedException(
                                snapshot,
                                damaged(pack, place) + ": chunk "
                                        + HexFormat.of().formatHex(chunk.hash())));
            }
        }
        return this;
    }

    /** Later snapshots would otherwise refer to what is damaged: its index says that it is there. */
    private static DamagedException distrusting(Depot depot, String pack, DamagedException damaged) {
        try {
            depot.blobs().put(depot.distrusted(pack), ByteBuffer.allocate(0));
        } catch (IOException e) {
            damaged.addSuppressed(e);
        }
        return damaged;
    }

    private static String damaged(String pack, Location place) {
        return "pack " + pack + " is damaged at " + place.frame();
    }

    MemorySegment content(Location location) {
        return content.asSlice(location.at(), location.length());
    }
}
