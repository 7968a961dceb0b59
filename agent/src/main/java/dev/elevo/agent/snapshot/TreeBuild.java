package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.elevo.agent.foreign.Foreign;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Makes a tree where none is, entry by entry in the order of a {@link TreeWalk}. */
final class TreeBuild implements AutoCloseable {
    private static final int WORDS = 1 << 19;

    private final ArchiveLibrary library;
    private final Arena memory = Arena.ofConfined();
    private final MemorySegment build;
    private final MemorySegment first = memory.allocate(WORDS, 8);
    private final MemorySegment second = memory.allocate(WORDS, 8);

    TreeBuild(ArchiveLibrary library, Path root) throws IOException {
        this.library = library;
        var error = memory.allocate(JAVA_INT);
        try {
            build = (MemorySegment) library.build.invokeExact(memory.allocateFrom(root.toString()), error);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        if (build.equals(MemorySegment.NULL)) {
            memory.close();
            throw new SystemException("the place for the tree cannot be opened", error.get(JAVA_INT, 0));
        }
    }

    void enter(byte[] name) throws IOException {
        int result;
        try {
            result = (int) library.enter.invokeExact(build, words(first, name), name.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("making a directory", result);
    }

    /** The directory is complete, and becomes what it was. */
    void leave(Entry entry, byte[] attributes) throws IOException {
        int result;
        try {
            result = (int) library.leave.invokeExact(
                    build, words(first, entry.bytes()), words(second, attributes), (long) attributes.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("making a directory what it was", result);
    }

    void file(byte[] name) throws IOException {
        int result;
        try {
            result = (int) library.file.invokeExact(build, words(first, name), name.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("making a file", result);
    }

    void write(MemorySegment content, long offset) throws IOException {
        int result;
        try {
            result = (int) library.write.invokeExact(build, content, content.byteSize(), offset);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("writing a file", result);
    }

    void finish(Entry entry, byte[] attributes) throws IOException {
        int result;
        try {
            result = (int) library.finish.invokeExact(
                    build, words(first, entry.bytes()), words(second, attributes), (long) attributes.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("making a file what it was", result);
    }

    /** What has no content. */
    void make(Entry entry, byte[] attributes) throws IOException {
        int result;
        try {
            result = (int) library.make.invokeExact(
                    build, words(first, entry.bytes()), words(second, attributes), (long) attributes.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("making a link or a device", result);
    }

    void link(byte[] name, byte[] path) throws IOException {
        int result;
        try {
            result = (int)
                    library.link.invokeExact(build, words(first, name), name.length, words(second, path), path.length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("giving a file another name", result);
    }

    /** All that was made is safe: a disk that has no room any more may say so only now. */
    void sync() throws IOException {
        int result;
        try {
            result = (int) library.sync.invokeExact(build);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        SystemException.check("writing to the disk", result);
    }

    private static MemorySegment words(MemorySegment into, byte[] bytes) {
        if (bytes.length > WORDS) {
            throw new IllegalArgumentException("longer than anything a tree has");
        }
        MemorySegment.copy(bytes, 0, into, JAVA_BYTE, 0, bytes.length);
        return into;
    }

    @Override
    public void close() {
        try {
            library.buildClose.invokeExact(build);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        } finally {
            memory.close();
        }
    }
}
