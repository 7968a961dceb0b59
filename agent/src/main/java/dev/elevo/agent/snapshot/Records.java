package dev.elevo.agent.snapshot;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The records of a manifest, which are those of a walk, and after each file where its content lies. */
final class Records {
    static final byte END = 0;
    static final byte ENTER = 1;
    static final byte LEAVE = 2;
    static final byte LEAF = 3;
    static final byte LINK = 4;
    static final byte CHUNK = 5;

    static final int CHUNK_LENGTH = 1 + Long.BYTES + ArchiveLibrary.DIGEST + 6 * Integer.BYTES;

    static final int PACK_AT = 1 + Long.BYTES + ArchiveLibrary.DIGEST;

    static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Records() {}

    static byte[] leave() {
        return new byte[] {LEAVE};
    }

    static byte[] enter(Entry entry, byte[] attributes) {
        return pair(ENTER, entry.bytes(), attributes);
    }

    static byte[] leaf(Entry entry, byte[] attributes) {
        return pair(LEAF, entry.bytes(), attributes);
    }

    /** @param path of the name that the file has already */
    static byte[] link(Entry entry, byte[] path) {
        return pair(LINK, entry.bytes(), path);
    }

    private static byte[] pair(byte kind, byte[] one, byte[] other) {
        return ByteBuffer.allocate(1 + 2 * Integer.BYTES + one.length + other.length)
                .put(kind)
                .putInt(one.length)
                .put(one)
                .putInt(other.length)
                .put(other)
                .array();
    }

    static int pack(byte[] chunk) {
        return ByteBuffer.wrap(chunk).getInt(PACK_AT);
    }

    /** The record of a chunk where its pack has another number. */
    static byte[] renumbered(byte[] chunk, int pack) {
        ByteBuffer.wrap(chunk).putInt(PACK_AT, pack);
        return chunk;
    }

    static byte[] chunk(long offset, byte[] hash, Location location) {
        return ByteBuffer.allocate(CHUNK_LENGTH)
                .put(CHUNK)
                .putLong(offset)
                .put(hash)
                .putInt(location.pack())
                .putInt(location.frame())
                .putInt(location.frameLength())
                .putInt(location.frameSize())
                .putInt(location.at())
                .putInt(location.length())
                .array();
    }
}
