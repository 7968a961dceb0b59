package dev.elevo.agent.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.elevo.agent.foreign.Foreign;
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
 * first, at each start, and starts again from there: a container could otherwise write to the program that made it. It stays what it is,
 * whatever becomes of the file meanwhile.
 */
final class SealedProgram implements AutoCloseable {
    /** {@code MFD_CLOEXEC | MFD_ALLOW_SEALING}: it is started by its path, and no program inherits it. */
    private static final int FLAGS = 3;
    /** {@code MFD_EXEC}, which kernels before 6.3 do not know, and where some later ones let nothing be started without it. */
    private static final int STARTED = 0x10;
    /** {@code F_ADD_SEALS}. */
    private static final int ADD_SEALS = 1033;
    /** {@code F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE}: these a runtime looks for, no more and no less. */
    private static final int SEALS = 0xF;

    private static final MethodHandle MEMFD_CREATE =
            Foreign.function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FCNTL = Foreign.function(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));

    private static final MethodHandle CLOSE = Foreign.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int descriptor;
    private final Path path;

    private SealedProgram(int descriptor, Path path) {
        this.descriptor = descriptor;
        this.path = path;
    }

    static SealedProgram of(String name) throws IOException {
        var file = find(name);
        var descriptor = create(name);
        // Not by our own id: where that of /proc is another, it would be somebody else's file.
        var path = Path.of("/proc/self").toRealPath().resolve("fd").resolve(Integer.toString(descriptor));
        var program = new SealedProgram(descriptor, path);
        try {
            try (var into = Files.newOutputStream(path)) {
                Files.copy(file, into);
            }
            program.seal(name);
            return program;
        } catch (IOException e) {
            program.close();
            throw e;
        }
    }

    /** Where it can be started from, by whoever may look at this process. */
    Path path() {
        return path;
    }

    /** Where a program that we start would find it. */
    private static Path find(String name) throws IOException {
        var folders = new ProcessBuilder().environment().getOrDefault("PATH", "");
        return Stream.of(folders.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .orElseThrow(() -> new IOException(name + " is not installed"));
    }

    private static int create(String name) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocateFrom(name);
            var descriptor = (int) MEMFD_CREATE.invokeExact(text, FLAGS | STARTED);
            return descriptor >= 0 ? descriptor : checked((int) MEMFD_CREATE.invokeExact(text, FLAGS), name);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private void seal(String name) throws IOException {
        try {
            checked((int) FCNTL.invokeExact(descriptor, ADD_SEALS, SEALS), name);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** What was started from it goes on. */
    @Override
    public void close() {
        try {
            var _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static int checked(int result, String name) throws IOException {
        if (result < 0) {
            throw new IOException(name + " cannot be kept in memory");
        }
        return result;
    }
}
