package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.elevo.agent.foreign.Foreign;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The functions of {@code src/main/c/library}. */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class ArchiveLibrary {
    static final int DIGEST = 32;

    final MethodHandle walk;
    final MethodHandle next;
    final MethodHandle skip;
    final MethodHandle attributes;
    final MethodHandle open;
    final MethodHandle walkClose;
    final MethodHandle look;
    final MethodHandle stretch;
    final MethodHandle ahead;
    final MethodHandle fill;
    final MethodHandle close;
    final MethodHandle build;
    final MethodHandle enter;
    final MethodHandle leave;
    final MethodHandle file;
    final MethodHandle write;
    final MethodHandle finish;
    final MethodHandle make;
    final MethodHandle link;
    final MethodHandle sync;
    final MethodHandle buildClose;
    final MethodHandle hashBegin;
    final MethodHandle hashAdd;
    final MethodHandle hashEnd;
    private final MethodHandle sha256;

    ArchiveLibrary(Path library) {
        var names = SymbolLookup.libraryLookup(library, Arena.global());
        walk = function(names, "walk", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
        next = function(names, "next", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
        skip = function(names, "skip", null, ADDRESS);
        attributes = function(names, "attributes", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
        open = function(names, "open", JAVA_INT, ADDRESS);
        walkClose = function(names, "walk_close", null, ADDRESS);
        look = function(names, "look", null, ADDRESS, JAVA_INT, ADDRESS);
        stretch = function(names, "stretch", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS);
        ahead = function(names, "ahead", null, JAVA_INT, JAVA_LONG, JAVA_LONG);
        fill = function(names, "fill", JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
        close = function(names, "close", null, JAVA_INT);
        build = function(names, "build", ADDRESS, ADDRESS, ADDRESS);
        enter = function(names, "enter", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
        leave = function(names, "leave", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        file = function(names, "file", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
        write = function(names, "write", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG);
        finish = function(names, "finish", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        make = function(names, "make", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        link = function(names, "link", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
        sync = function(names, "sync", JAVA_INT, ADDRESS);
        buildClose = function(names, "build_close", null, ADDRESS);
        hashBegin = function(names, "hash_begin", null, ADDRESS);
        hashAdd = function(names, "hash_add", null, ADDRESS, ADDRESS, JAVA_LONG);
        hashEnd = function(names, "hash_end", null, ADDRESS, ADDRESS);
        sha256 = function(names, "sha256", null, ADDRESS, JAVA_LONG, ADDRESS);
    }

    /** Several times as fast as Java's own, which the compiler that the agent runs with does not know to replace. */
    void hash(MemorySegment data, MemorySegment digest) {
        try {
            sha256.invokeExact(data, data.byteSize(), digest);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static MethodHandle function(
            SymbolLookup names, String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        var shape = result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Foreign.function(names, "archive_" + name, shape);
    }
}
