package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.elevo.agent.foreign.Foreign;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that is open for as long as anybody wants to read from it: who opened it, and all who said that they {@link #use} it. */
final class SourceFile implements AutoCloseable {
    private final ArchiveLibrary library;
    private final int descriptor;
    private final AtomicInteger users = new AtomicInteger(1);

    SourceFile(ArchiveLibrary library, int descriptor) {
        this.library = library;
        this.descriptor = descriptor;
    }

    /** Some of it that is data and not hole. */
    record Stretch(long offset, long length) {
        long end() {
            return offset + length;
        }

        boolean isEmpty() {
            return length == 0;
        }
    }

    /** The first one from there on; an empty one where there is none any more. */
    Stretch stretch(long from, long size) throws IOException {
        try (var memory = Arena.ofConfined()) {
            var offset = memory.allocate(JAVA_LONG);
            long length;
            try {
                length = (long) library.stretch.invokeExact(descriptor, from, size, offset);
            } catch (Throwable e) {
                throw Foreign.broken(e);
            }
            SystemException.check("looking for the data of a file", length);
            return new Stretch(offset.get(JAVA_LONG, 0), length);
        }
    }

    /** For who will {@link #fill}, and close afterwards: the system fetches it meanwhile. */
    SourceFile use(long offset, long length) {
        users.incrementAndGet();
        try {
            library.ahead.invokeExact(descriptor, offset, length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        return this;
    }

    void fill(MemorySegment into, long offset) throws IOException {
        int result;
        try {
            result = (int) library.fill.invokeExact(descriptor, into, into.byteSize(), offset);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("reading a file", result);
    }

    @Override
    public void close() {
        if (users.decrementAndGet() == 0) {
            try {
                library.close.invokeExact(descriptor);
            } catch (Throwable e) {
                throw Foreign.broken(e);
            }
        }
    }
}
