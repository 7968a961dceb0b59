package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.elevo.agent.foreign.Foreign;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory for much that may turn out to be little. What an arena allocates it fills with zeros, and all of it has to be fetched before
 * anybody has written to it; of this only what is written to is, two megabytes at a time where the kernel has them: page by page, to
 * fetch what a block needs can take longer than all that is done with it. It is full of zeros, too, begins with a page, so that files are
 * written from it without a copy in between, and is nobody's when it is given back: a library's allocator would give it to others as it is.
 */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class RawMemory {
    private static final long HUGE_PAGE = 2 << 20;
    /** {@code PROT_READ | PROT_WRITE}. */
    private static final int READ_AND_WRITTEN = 3;
    /** {@code MAP_PRIVATE | MAP_ANONYMOUS}. */
    private static final int OURS_ALONE = 0x22;

    private static final int NO_FILE = -1;
    /** {@code MAP_FAILED}. */
    private static final long FAILED = -1;

    /** {@code MADV_HUGEPAGE}. */
    private static final int IN_HUGE_PAGES = 14;

    private static final MethodHandle MMAP = Foreign.function(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MADVISE =
            Foreign.function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP =
            Foreign.function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private RawMemory() {}

    /** Until the arena is closed. */
    static MemorySegment allocate(Arena arena, long length) {
        // More than is wanted, so that a huge page can begin where it does.
        var mapped = map(length + HUGE_PAGE);
        var all = mapped.reinterpret(length + HUGE_PAGE, arena, memory -> unmap(memory, length + HUGE_PAGE));
        var memory = all.asSlice(-all.address() & (HUGE_PAGE - 1), length);
        if (length >= HUGE_PAGE) {
            adviseHugePages(memory);
        }
        return memory;
    }

    private static MemorySegment map(long length) {
        MemorySegment memory;
        try {
            memory = (MemorySegment)
                    MMAP.invokeExact(MemorySegment.NULL, length, READ_AND_WRITTEN, OURS_ALONE, NO_FILE, 0L);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        if (memory.address() == FAILED) {
            throw new OutOfMemoryError("No " + length + " bytes beside the heap");
        }
        return memory;
    }

    /** A kernel that has none takes others. */
    private static void adviseHugePages(MemorySegment memory) {
        try {
            var _ = (int) MADVISE.invokeExact(memory, memory.byteSize(), IN_HUGE_PAGES);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static void unmap(MemorySegment memory, long length) {
        try {
            var _ = (int) MUNMAP.invokeExact(memory, length);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }
}
