package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The first name of every file that has several. */
final class LinkedFiles implements AutoCloseable {
    private static final int VALUES = 2;

    private final OffHeapTable places;
    private final FileChannel paths;

    LinkedFiles(Path directory) throws IOException {
        places = new OffHeapTable(directory, Long.BYTES, VALUES * Long.BYTES, 0);
        try {
            paths = FileChannel.open(
                    Files.createTempFile(directory, "links", ".tmp"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            places.close();
            throw e;
        }
    }

    /** The path that this file was met with first, or null when that is now. */
    byte @Nullable [] firstPath(long inode, byte[] path) throws IOException {
        var key = ByteBuffer.allocate(Long.BYTES).putLong(inode).array();
        var at = places.claim(key);
        var memory = places.memory();
        var length = (int) memory.get(JAVA_LONG, at + Long.BYTES);
        if (length > 0) {
            var first = ByteBuffer.allocate(length);
            var offset = memory.get(JAVA_LONG, at);
            while (first.hasRemaining()) {
                if (paths.read(first, offset + first.position()) < 0) {
                    throw new EOFException("a path is not where it was written");
                }
            }
            return first.array();
        }
        memory.set(JAVA_LONG, at, paths.size());
        memory.set(JAVA_LONG, at + Long.BYTES, (long) path.length);
        var bytes = ByteBuffer.wrap(path);
        for (var offset = paths.size(); bytes.hasRemaining(); ) {
            offset += paths.write(bytes, offset);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        places.close();
        paths.close();
    }
}
