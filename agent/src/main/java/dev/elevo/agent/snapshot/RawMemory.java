package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory for much that may turn out to be little. What an arena allocates it fills with zeros, and all of it has to be fetched before
 * anybody has written to it; of this only what is written to is, two megabytes at a time where the kernel has them: page by page, to
 * fetch what a block needs can take longer than all that is done with it. Files are written from such memory without a copy in between.
 */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class RawMemory {
    private static final long HUGE_PAGE = 2 << 20;
    /** {@code MADV_HUGEPAGE}. */
    private static final int IN_HUGE_PAGES = 14;

    private static final MethodHandle ALIGNED =
            function("aligned_alloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ADDRESS));

    private RawMemory() {}

    /** Until the arena is closed. */
    static MemorySegment allocate(Arena arena, long length) {
        var whole = (length + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
        var memory = aligned(whole);
        if (memory.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("No " + length + " bytes beside the heap");
        }
        adviseHugePages(memory, whole);
        return memory.reinterpret(length, arena, RawMemory::free);
    }

    /** The same full of zeros. */
    static MemorySegment zeros(Arena arena, long length) {
        return allocate(arena, length).fill((byte) 0);
    }

    private static MemorySegment aligned(long length) {
        try {
            return (MemorySegment) ALIGNED.invokeExact(HUGE_PAGE, length);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** A kernel that has none takes others. */
    private static void adviseHugePages(MemorySegment memory, long length) {
        try {
            var _ = (int) MADVISE.invokeExact(memory, length, IN_HUGE_PAGES);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor shape) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
    }

    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("the C library broke", e);
    }
}
