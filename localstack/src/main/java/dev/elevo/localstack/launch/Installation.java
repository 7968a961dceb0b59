package dev.elevo.localstack.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Where the build has put things.
 *
 * @param root of the project
 */
record Installation(Path root) {

    /** What is the same for all JVMs of the local run, this one among them. */
    Path jvmOptions() {
        return options("small");
    }

    Path earlyCompiling() {
        return options("early");
    }

    Path oneCompiler() {
        return options("one-compiler");
    }

    private Path options(String name) {
        return root.resolve("localstack/src/main/jvm/" + name + ".options");
    }

    String agentClassPath() {
        return withOwnJar("agent");
    }

    Path helper() {
        return root.resolve("agent/target/helper/elevo-init");
    }

    String stackClassPath() {
        return withOwnJar("localstack");
    }

    /** What starts it, and its libraries, but not itself. */
    String dynamoDbClassPath() {
        return root.resolve("dynamodb-local/target/dynamodb-local.jar")
                + File.pathSeparator
                + classPath("dynamodb-local/target/libraries");
    }

    String dynamoDbProgram() {
        return classPath("dynamodb-local/target/program");
    }

    Path dynamoDbNative() {
        return root.resolve("dynamodb-local/target/native");
    }

    /** A PostgreSQL as it was published, unpacked. */
    Path postgres() {
        return root.resolve("postgres-local/target/pgsql");
    }

    Path postgresStart() {
        return root.resolve("postgres-local/src/main/sh/start");
    }

    /** Preloaded into DynamoDB Local: keeps it on the loopback address, and off the disk where it need not wait for it. */
    Path dynamoDbPreload() {
        return root.resolve("localstack/target/native/dynamodb-local.so");
    }

    /**
     * The AOT cache for a program; absent until it was trained, and the program then starts slower. One that is older than a jar is
     * not used: the JVM was seen to take old classes from it.
     */
    Optional<Path> aotCache(String program, String classPath) {
        var cache = root.resolve("localstack/target/aot/" + program + ".aot").toFile();
        var made = cache.lastModified();
        return Stream.of(classPath.split(File.pathSeparator, -1)).allMatch(jar -> new File(jar).lastModified() < made)
                ? Optional.of(cache.toPath())
                : Optional.empty();
    }

    /** Changes with every build: a process of another build is not used again. */
    String build() {
        var checksum = new CRC32();
        for (var path : String.join(
                        File.pathSeparator,
                        agentClassPath(),
                        dynamoDbClassPath(),
                        dynamoDbProgram(),
                        helper().toString())
                .split(File.pathSeparator, -1)) {
            var file = new File(path);
            checksum.update((path + file.length() + file.lastModified()).getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }

    /** The jar comes first in which the others are known. */
    private String withOwnJar(String module) {
        try (var files = Files.newDirectoryStream(
                root.resolve(module + "/target"),
                file -> isJarOf(module, file.getFileName().toString()))) {
            return String.join(
                    File.pathSeparator,
                    root.resolve(module + "/target/known-services.jar").toString(),
                    files.iterator().next().toString(),
                    classPath(module + "/target/classpath"));
        } catch (IOException | NoSuchElementException e) {
            throw new IllegalStateException("not built: start with ./elevo up", e);
        }
    }

    private static boolean isJarOf(String module, String file) {
        return file.startsWith(module + "-") && file.endsWith(".jar") && !file.endsWith("-tests.jar");
    }

    private String classPath(String file) {
        try {
            return Files.readString(root.resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("not built: start with ./elevo up", e);
        }
    }
}
