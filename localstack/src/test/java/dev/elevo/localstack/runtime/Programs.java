package dev.elevo.localstack.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Handlers started by Lambda's own client, on the class path of the tests. */
final class Programs {
    private Programs() {}

    static FunctionProgram of(String handler, Map<String, String> environment, Path folder) throws IOException {
        var all = new HashMap<>(environment);
        all.putAll(Map.of(
                "_HANDLER", handler,
                "AWS_REGION", "us-east-1",
                "AWS_LAMBDA_FUNCTION_NAME", "tested",
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128",
                "AWS_LAMBDA_LOG_GROUP_NAME", "tested",
                "AWS_LAMBDA_LOG_STREAM_NAME", "tested"));
        return new FunctionProgram(
                "tested",
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        RuntimeClient.unpack(folder),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RuntimeClient.MAIN_CLASS,
                        handler),
                all,
                folder.resolve("tested.log"));
    }
}
