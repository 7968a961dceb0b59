package dev.elevo.localstack.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Lambda's runtime interface client: the program that a function's process runs, with the handler class as its argument. */
public final class RuntimeClient {
    public static final String MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    private static final String NATIVE = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    private RuntimeClient() {}

    /**
     * Lays the client's native part down for all processes. Left alone, each of them would write it to one and the same file
     * below /tmp: two that start together then load what the other is still writing, and crash; and anybody on the machine could
     * have put another file there.
     *
     * @return the option of the JVM that says where it is
     */
    public static String unpack(Path folder) throws IOException {
        var name = "libaws-lambda-jni.linux" + (isMusl() ? "_musl" : "") + "-" + architecture() + ".so";
        try (var library = RuntimeClient.class.getResourceAsStream("/jni/" + name)) {
            if (library == null) {
                throw new IOException("Lambda's runtime interface client does not run on this machine: no " + name);
            }
            Files.createDirectories(folder);
            var written = Files.createTempFile(folder, name, ".new");
            Files.copy(library, written, StandardCopyOption.REPLACE_EXISTING);
            // Replaced, never written to: the processes of an earlier start may have it mapped.
            var file = Files.move(
                    written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return "-D" + NATIVE + "=" + file.toAbsolutePath();
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "aarch_64";
            case String other -> other;
        };
    }

    /** Asked of this JVM's own process, because a machine may have both loaders. */
    private static boolean isMusl() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("/ld-musl-");
    }
}
