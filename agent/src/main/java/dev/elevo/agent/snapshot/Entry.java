package dev.elevo.agent.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** What a walk meets, in the bytes of the library's {@code struct entry}, which are kept as they are. */
final class Entry {
    static final int FIXED = 96;
    static final int MOST = FIXED + 255 + 4096;

    static final int END = 0;
    static final int ENTER = 1;
    static final int LEAVE = 2;

    /** In which the system counts what a file occupies. */
    private static final int BLOCK = 512;

    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int SOCKET = 0140000;

    private static final int MODE_AT = 4;
    private static final int OWNER_AT = 8;
    private static final int GROUP_AT = 12;
    private static final int SIZE_AT = 16;
    private static final int MODIFIED_AT = 24;
    private static final int ACCESSED_AT = 32;
    private static final int CHANGED_AT = 40;
    private static final int MODIFIED_NANOS_AT = 48;
    private static final int ACCESSED_NANOS_AT = 52;
    private static final int CHANGED_NANOS_AT = 56;
    private static final int LINKS_AT = 60;
    private static final int INODE_AT = 64;
    private static final int BLOCKS_AT = 72;
    private static final int NAME_LENGTH_AT = 88;
    private static final int TARGET_LENGTH_AT = 92;

    /** All but when it was read. A disk may have lost a bit of what it says of a file: the kernel notices when it is opened. */
    private static final int[] LONGS_OF_A_FILE = {INODE_AT, SIZE_AT, CHANGED_AT, MODIFIED_AT, BLOCKS_AT};

    private static final int[] INTS_OF_A_FILE = {
        CHANGED_NANOS_AT, MODIFIED_NANOS_AT, MODE_AT, OWNER_AT, GROUP_AT, LINKS_AT
    };

    private final byte[] bytes;
    private final ByteBuffer fields;

    Entry(byte[] bytes) {
        this.bytes = bytes;
        this.fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < FIXED || bytes.length != FIXED + length(NAME_LENGTH_AT) + length(TARGET_LENGTH_AT)) {
            throw new IllegalArgumentException("no entry of a tree");
        }
    }

    /** A directory that no walk met, since it began there. */
    static Entry directory(byte[] name, int mode, int owner, int group, Instant modified) {
        var made = ByteBuffer.allocate(FIXED + name.length).order(ByteOrder.LITTLE_ENDIAN);
        made.putInt(0, ENTER).putInt(MODE_AT, mode).putInt(OWNER_AT, owner).putInt(GROUP_AT, group);
        for (var time : List.of(MODIFIED_AT, ACCESSED_AT)) {
            made.putLong(time, modified.getEpochSecond());
        }
        made.putInt(MODIFIED_NANOS_AT, modified.getNano()).putInt(ACCESSED_NANOS_AT, modified.getNano());
        made.putInt(NAME_LENGTH_AT, name.length).put(FIXED, name);
        return new Entry(made.array());
    }

    private int length(int at) {
        var length = fields.getInt(at);
        if (length < 0 || length > MOST) {
            throw new IllegalArgumentException("no entry of a tree");
        }
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    int event() {
        return fields.getInt(0);
    }

    /** With owners that are numbered from elsewhere. */
    Entry owned(int shift) {
        fields.putInt(OWNER_AT, fields.getInt(OWNER_AT) + shift).putInt(GROUP_AT, fields.getInt(GROUP_AT) + shift);
        return this;
    }

    int mode() {
        return fields.getInt(MODE_AT);
    }

    int owner() {
        return fields.getInt(OWNER_AT);
    }

    int group() {
        return fields.getInt(GROUP_AT);
    }

    boolean isRegular() {
        return (fields.getInt(MODE_AT) & TYPE) == REGULAR;
    }

    boolean isSocket() {
        return (fields.getInt(MODE_AT) & TYPE) == SOCKET;
    }

    long size() {
        return fields.getLong(SIZE_AT);
    }

    /** Bytes of its disk. */
    long occupied() {
        return fields.getLong(BLOCKS_AT) * BLOCK;
    }

    /** It occupies less than it holds; or it is so small that it has a place beside its name. */
    boolean hasHoles() {
        return occupied() < size();
    }

    int links() {
        return fields.getInt(LINKS_AT);
    }

    long inode() {
        return fields.getLong(INODE_AT);
    }

    boolean changedBefore(Instant time) {
        return Instant.ofEpochSecond(fields.getLong(CHANGED_AT), fields.getInt(CHANGED_NANOS_AT))
                .isBefore(time);
    }

    /** Whether it is the same file with the same content: whatever changes one, its name too, changes this time, which nobody can set. */
    boolean isUnchangedSince(Entry before) {
        for (var at : LONGS_OF_A_FILE) {
            if (fields.getLong(at) != before.fields.getLong(at)) {
                return false;
            }
        }
        for (var at : INTS_OF_A_FILE) {
            if (fields.getInt(at) != before.fields.getInt(at)) {
                return false;
            }
        }
        return true;
    }

    int nameLength() {
        return fields.getInt(NAME_LENGTH_AT);
    }

    byte[] name() {
        return Arrays.copyOfRange(bytes, FIXED, FIXED + nameLength());
    }
}
