package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;

/** Trees with all that a sandbox can leave in its layers. */
@SuppressWarnings("restricted") // a call of the system that Java has not
final class Samples {
    static final Set<String> LAYERS = Set.of("upper", "upper-usr");

    private Samples() {}

    static Path odd(Path root) throws IOException, InterruptedException {
        var upper = Files.createDirectories(root.resolve("upper"));
        var usr = Files.createDirectories(root.resolve("upper-usr"));
        Files.createDirectories(root.resolve("work/work"));
        Files.writeString(root.resolve("work/not-wanted"), "not wanted");
        Files.writeString(upper.resolve("small"), "small\n");
        Files.createFile(upper.resolve("empty"));
        Files.write(upper.resolve("large"), random(3_000_000, 1));
        Files.write(upper.resolve("large-again"), random(3_000_000, 1));
        Files.writeString(upper.resolve("new\nline"), "a name of two lines");
        Files.writeString(Path.of(URI.create(upper.toUri() + "no%FFtext%80")), "a name that is no text");
        Files.writeString(upper.resolve("n".repeat(255)), "a name as long as they get");
        Files.createSymbolicLink(upper.resolve("to-the-host"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(upper.resolve("to-nothing"), Path.of("t".repeat(4000)));
        Files.createSymbolicLink(usr.resolve("out"), Path.of("../.."));
        Files.createLink(upper.resolve("small-too"), upper.resolve("small"));
        Files.createDirectories(usr.resolve("bin"));
        Files.createLink(usr.resolve("bin/small-three"), upper.resolve("small"));
        var deep = upper;
        for (int i = 0; i < 200; i++) {
            deep = Files.createDirectory(deep.resolve("deep"));
        }
        Files.writeString(deep.resolve("down"), "here");
        try (var sparse = new RandomAccessFile(upper.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(200L << 20);
            sparse.seek(100_000_001);
            sparse.write(random(10_000, 2));
        }
        shell(upper, """
                mknod whiteout c 0 0 && ln whiteout whiteout-too && mknod disk b 7 300 && mkfifo fifo
                chown 1000:1000 small && chmod 4755 small-too
                mkdir opaque sticky && chmod 1777 sticky && chown 65535:65534 opaque
                chown -h 1234:4321 to-nothing
                touch -h -d '1969-07-20 20:17:40.123456789 UTC' to-nothing
                touch -d '2033-05-18 03:33:20.000000001 UTC' sticky small
                """);
        setAttribute(upper.resolve("opaque"), "trusted.overlay.opaque", "79");
        setAttribute(upper.resolve("to-the-host"), "trusted.overlay.origin", "00fb1d0001");
        setAttribute(upper.resolve("large"), "user.note", "00ff0a");
        setAttribute(upper.resolve("empty"), "security.capability", "0100000200040000000000000000000000000000");
        return root;
    }

    /** By the system's own call: not every host has a program for it, and Java knows those of users only. */
    private static void setAttribute(Path path, String name, String hex) throws IOException {
        var call = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("lsetxattr"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
        var value = HexFormat.of().parseHex(hex);
        try (var memory = Arena.ofConfined()) {
            var result = (int) call.invokeExact(
                    memory.allocateFrom(path.toString()),
                    memory.allocateFrom(name),
                    memory.allocateFrom(JAVA_BYTE, value),
                    (long) value.length,
                    0);
            if (result != 0) {
                throw new IOException("no attribute " + name + " for " + path);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Many files of some kilobytes, of which half could be compressed. */
    static Path many(Path root, int files, int bytes, long seed) throws IOException {
        var random = new Random(seed);
        for (int i = 0; i < files; i++) {
            var directory = Files.createDirectories(root.resolve("upper/d" + i % 100));
            var content = new byte[random.nextInt(2 * bytes) + 1];
            random.nextBytes(content);
            for (int j = 0; j < content.length; j += 2) {
                content[j] = 'x';
            }
            Files.write(directory.resolve("f" + i), content);
        }
        return root;
    }

    /** Longer ago than the clock of files ticks. */
    static void age(Path tree) throws IOException, InterruptedException {
        shell(tree, "sleep 0.1");
    }

    static byte[] random(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void setModified(Path file, Instant time) throws IOException {
        Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(FileTime.from(time), null, null);
    }

    static void shell(Path directory, String script) throws IOException, InterruptedException {
        var process = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("the script ended with " + process.exitValue());
        }
    }
}
