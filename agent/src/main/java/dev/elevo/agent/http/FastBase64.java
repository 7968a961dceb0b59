package dev.elevo.agent.http;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.foreign.Foreign;
import io.netty.buffer.ByteBuf;
import jakarta.inject.Singleton;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Base64 by the library beside the helper, for output without end. The agent's JVM has only its quick compiler, whose code for the
 * JDK's own encoder takes longer than all else that happens to a byte of output on its way through the agent.
 */
@Singleton
final class FastBase64 {
    private final MethodHandle encode;

    @SuppressWarnings("restricted") // native code is what this is for
    FastBase64(AgentConfiguration configuration) {
        var library = configuration.helperProgram().resolveSibling("elevo-agent.so");
        this.encode = Foreign.function(
                SymbolLookup.libraryLookup(library, Arena.global()),
                "elevo_base64",
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                // It is short and calls nothing, and may look into the heap.
                Linker.Option.critical(true));
    }

    /** How many letters so many bytes become. */
    static int letters(int bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /** Appends the letters to a buffer that has room for them. */
    void encode(byte[] bytes, ByteBuf target) {
        var room = target.nioBuffer(target.writerIndex(), letters(bytes.length));
        try {
            encode.invokeExact(MemorySegment.ofArray(bytes), (long) bytes.length, MemorySegment.ofBuffer(room));
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
        target.writerIndex(target.writerIndex() + letters(bytes.length));
    }
}
