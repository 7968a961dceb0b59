package dev.elevo.agent.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Finds functions. Who calls one names the types exactly, and says {@link #broken} of what its handle declares. */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
public final class Foreign {
    private Foreign() {}

    /** Of the C library. */
    public static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        return function(Linker.nativeLinker().defaultLookup(), name, shape, options);
    }

    public static MethodHandle function(
            SymbolLookup library, String name, FunctionDescriptor shape, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape, options);
    }

    /** What a call of a handle declares and never throws. */
    public static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a function of C threw something", e);
    }
}
