package dev.elevo.localstack.launch;

import java.nio.file.Path;
import java.util.List;

/** The command line as {@code ./elevo} starts it, with what its JVM has learned where it was trained. */
public final class CommandLineProgram {
    private CommandLineProgram() {}

    public static List<String> options(Path root, String classPath) {
        return new Installation(root)
                .aotCache("cli", classPath)
                .map(cache -> List.of("-XX:AOTCache=" + cache))
                .orElse(List.of());
    }
}
