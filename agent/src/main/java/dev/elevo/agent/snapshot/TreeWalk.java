package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.elevo.agent.foreign.Foreign;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Over everything beneath a directory, following no link. Of each directory it tells when it enters and when it leaves. */
final class TreeWalk implements AutoCloseable {
    private static final int ATTRIBUTES = 1 << 18;

    private final ArchiveLibrary library;
    private final Arena memory = Arena.ofConfined();
    private final MemorySegment walk;
    private final MemorySegment entry = memory.allocate(Entry.MOST, 8);
    private final MemorySegment attributes = memory.allocate(ATTRIBUTES, 8);

    /** @param isStill all that is written on one, and not changed by anybody: what lies together there is read together */
    TreeWalk(ArchiveLibrary library, Path root, boolean isStill) throws IOException {
        this.library = library;
        var error = memory.allocate(JAVA_INT);
        try {
            walk = (MemorySegment)
                    library.walk.invokeExact(memory.allocateFrom(root.toString()), isStill ? 1 : 0, error);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        if (walk.equals(MemorySegment.NULL)) {
            memory.close();
            throw new SystemException("the tree cannot be opened", error.get(JAVA_INT, 0));
        }
    }

    Entry next() throws IOException {
        long length;
        try {
            length = (long) library.next.invokeExact(walk, entry, entry.byteSize());
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("reading a directory", length);
        return new Entry(entry.asSlice(0, length).toArray(JAVA_BYTE));
    }

    /** The directory that was met last is not entered. */
    void skip() {
        try {
            library.skip.invokeExact(walk);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** The extended attributes of what was met last. */
    byte[] attributes() throws IOException {
        long length;
        try {
            length = (long) library.attributes.invokeExact(walk, attributes, attributes.byteSize());
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("reading attributes", length);
        return attributes.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** The file that was met last. */
    SourceFile open() throws IOException {
        int opened;
        try {
            opened = (int) library.open.invokeExact(walk);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        return new SourceFile(library, (int) SystemException.check("reading a file", opened));
    }

    @Override
    public void close() {
        try {
            library.walkClose.invokeExact(walk);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        } finally {
            memory.close();
        }
    }
}
