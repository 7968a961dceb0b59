package dev.elevo.agent.snapshot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands at the end of a manifest, about all of it.
 *
 * @param frozenAt when the tree had not yet stopped changing, by the clock of its host
 * @param content bytes of all files
 * @param stored bytes that were not there before
 * @param sockets that were left out: without the process that made it a socket is nothing
 * @param packs that hold its chunks, in the order of their numbers
 * @param bodyLength of the records, compressed
 * @param bodyHash of the same
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Manifest(
        Instant frozenAt,
        long entries,
        long content,
        long stored,
        long sockets,
        List<String> packs,
        long bodyLength,
        byte[] bodyHash) {
    /** Another format has another one. */
    private static final long MAGIC = 0x454c45564f534e31L;

    private static final int TAIL = Integer.BYTES + Long.BYTES;
    private static final int MOST = 64 << 20;

    Manifest {
        packs = List.copyOf(packs);
    }

    byte[] bytes() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeLong(frozenAt.toEpochMilli());
        out.writeLong(entries);
        out.writeLong(content);
        out.writeLong(stored);
        out.writeLong(sockets);
        out.writeLong(bodyLength);
        out.write(bodyHash);
        out.writeInt(packs.size());
        for (var pack : packs) {
            out.writeUTF(pack);
        }
        out.write(digest().digest(bytes.toByteArray()));
        out.writeInt(bytes.size());
        out.writeLong(MAGIC);
        return bytes.toByteArray();
    }

    static Manifest read(Depot depot, String id) throws IOException {
        var key = depot.manifest(id);
        var size = depot.blobs().size(key).orElseThrow(() -> new DamagedException(id, "its list of files is missing"));
        var tail = read(depot, id, size - TAIL, TAIL);
        var length = tail.getInt();
        if (tail.getLong() != MAGIC || length <= ArchiveLibrary.DIGEST || length > MOST || length > size - TAIL) {
            throw new DamagedException(id, "its list of files has no end");
        }
        return parse(id, read(depot, id, size - TAIL - length, length).array());
    }

    private static ByteBuffer read(Depot depot, String id, long offset, int length) throws IOException {
        if (offset < 0) {
            throw new DamagedException(id, "its list of files has no end");
        }
        var into = ByteBuffer.allocate(length);
        depot.blobs().read(depot.manifest(id), offset, into);
        return into.flip();
    }

    private static Manifest parse(String id, byte[] bytes) throws IOException {
        var content = Arrays.copyOf(bytes, bytes.length - ArchiveLibrary.DIGEST);
        var hash = Arrays.copyOfRange(bytes, content.length, bytes.length);
        if (!MessageDigest.isEqual(digest().digest(content), hash)) {
            throw new DamagedException(id, "the end of its list of files is damaged");
        }
        var in = new DataInputStream(new ByteArrayInputStream(content));
        var frozenAt = Instant.ofEpochMilli(in.readLong());
        var entries = in.readLong();
        var size = in.readLong();
        var stored = in.readLong();
        var sockets = in.readLong();
        var bodyLength = in.readLong();
        var bodyHash = in.readNBytes(ArchiveLibrary.DIGEST);
        var packs = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            packs.add(in.readUTF());
        }
        return new Manifest(frozenAt, entries, size, stored, sockets, packs, bodyLength, bodyHash);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
