package dev.elevo.localstack.launch;

import java.nio.file.Path;
import java.util.List;

/** The command line of the run itself, as {@code ./elevo up} has it. */
public final class GatewayProgram {
    private static final int HEAP_MEGABYTES = 256;

    private GatewayProgram() {}

    public static List<String> command(Path root, Path home, List<String> arguments) {
        var installation = new Installation(root);
        return new JavaProgram(
                        "gateway",
                        HEAP_MEGABYTES,
                        installation.stackClassPath(),
                        List.of(
                                "-Dlogback.configurationFile=logback-local.xml",
                                "-Delevo.logs=" + home.resolve("logs"),
                                "-Delevo.installation=" + root),
                        "dev.elevo.localstack.Main",
                        arguments)
                .command(installation, System.getenv());
    }
}
