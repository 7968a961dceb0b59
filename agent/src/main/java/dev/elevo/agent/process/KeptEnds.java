package dev.elevo.agent.process;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A sequence that only grows, in a file that does not: of the sequence it keeps the beginning and as much from the end. */
final class KeptEnds implements Closeable {
    /**
     * The ring is larger than what it promises. Bytes written just before a crash, and not yet counted, then lie over bytes
     * nobody can ask for.
     */
    static final int SLACK = 256 << 10;

    private final FileChannel file;
    private final int most;
    private long total;

    /** @param most bytes kept at each end */
    private KeptEnds(FileChannel file, int most, long total) {
        this.file = file;
        this.most = most;
        this.total = total;
    }

    static KeptEnds open(Path path, int most, long total) throws IOException {
        var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new KeptEnds(file, most, total);
    }

    long total() {
        return total;
    }

    /** All of it, or as if nothing had been: then the same comes again at the same place. */
    void append(long offset, byte[] bytes) throws IOException {
        var rest = ByteBuffer.wrap(bytes);
        for (var to = offset; rest.hasRemaining(); ) {
            var part = (int) Math.min(rest.remaining(), untilBreak(to));
            var slice = rest.slice(rest.position(), part);
            for (var at = place(to); slice.hasRemaining(); ) {
                at += file.write(slice, at);
            }
            rest.position(rest.position() + part);
            to += part;
        }
        total = offset + bytes.length;
    }

    /** All of the bytes must be kept ones. */
    byte[] read(long offset, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        for (var from = offset; bytes.hasRemaining(); ) {
            bytes.limit((int) Math.min(length, bytes.position() + untilBreak(from)));
            var count = file.read(bytes, place(from));
            if (count < 0) {
                throw new EOFException("kept output is shorter than counted");
            }
            from += count;
            bytes.limit(length);
        }
        return bytes.array();
    }

    /** The first byte at or behind the offset that is kept. */
    static long firstKept(long offset, long total, long most) {
        return offset < most ? offset : Math.max(offset, total - most);
    }

    /** How many bytes from a kept offset on are kept without a gap. */
    static long keptFrom(long offset, long total, long most) {
        return offset < most && total > 2 * most ? most - offset : total - offset;
    }

    private long place(long offset) {
        return offset < most ? offset : most + (offset - most) % ring();
    }

    private long untilBreak(long offset) {
        return offset < most ? most - offset : ring() - (offset - most) % ring();
    }

    private long ring() {
        return (long) most + SLACK;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
