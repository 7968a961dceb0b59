package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory for much that may turn out to be little. What an arena allocates it fills with zeros, and all of it has to be fetched before
 * anybody has written to it; of this only what is written to is.
 */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class RawMemory {
    private static final MethodHandle MALLOC = function("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    private static final MethodHandle CALLOC = function("calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ADDRESS));

    private RawMemory() {}

    /** Until the arena is closed. */
    static MemorySegment allocate(Arena arena, long length) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) MALLOC.invokeExact(length);
        } catch (Throwable e) {
            throw broken(e);
        }
        return until(arena, memory, length);
    }

    /** The same full of zeros, which the kernel mostly has for nothing. */
    static MemorySegment zeros(Arena arena, long length) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) CALLOC.invokeExact(1L, length);
        } catch (Throwable e) {
            throw broken(e);
        }
        return until(arena, memory, length);
    }

    private static MemorySegment until(Arena arena, MemorySegment memory, long length) {
        if (memory.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("No " + length + " bytes beside the heap");
        }
        return memory.reinterpret(length, arena, RawMemory::free);
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
