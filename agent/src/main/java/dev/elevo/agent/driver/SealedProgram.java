package dev.elevo.agent.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A program in memory that nobody can write to any more. A container runtime started from anywhere else copies itself into such memory
 * first, at each start, and starts again from there: a container could otherwise write to the program that made it. For as long as this
 * agent lives, whatever becomes of the file meanwhile.
 */
@SuppressWarnings("restricted") // native access is what it is for, and granted where the agent is started
final class SealedProgram {
    /** {@code MFD_CLOEXEC | MFD_ALLOW_SEALING}: it is started by its path, and no program inherits it. */
    private static final int FLAGS = 3;
    /** {@code F_ADD_SEALS}. */
    private static final int ADD_SEALS = 1033;
    /** {@code F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE}: these a runtime looks for, no more and no less. */
    private static final int SEALS = 0xF;

    private static final MethodHandle MEMFD_CREATE =
            function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL = function(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    private SealedProgram() {}

    /** Where it can be started from. */
    static String of(String name) throws IOException {
        var file = find(name);
        var descriptor = create(name);
        var path = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(descriptor));
        try (var into = Files.newOutputStream(path)) {
            Files.copy(file, into);
        }
        seal(descriptor, name);
        return path.toString();
    }

    private static Path find(String name) throws IOException {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not installed"));
    }

    private static int create(String name) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return checked((int) MEMFD_CREATE.invokeExact(arena.allocateFrom(name), FLAGS), name);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static void seal(int descriptor, String name) throws IOException {
        try {
            checked((int) FCNTL.invokeExact(descriptor, ADD_SEALS, SEALS), name);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static int checked(int result, String name) throws IOException {
        if (result < 0) {
            throw new IOException(name + " cannot be kept in memory");
        }
        return result;
    }

    private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }

    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("the C library broke", e);
    }
}
