package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elevo.contract.Area;
import dev.elevo.localstack.runtime.RuntimeApi;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From the start of a JVM with Lambda's runtime interface client to the first answer of {@code sandboxes}, which needs the whole
 * pipeline and DynamoDB: with the AOT cache of a training run, against the same without.
 */
final class Cold implements Benchmark {
    private static final String KEY = "ewk_" + "c".repeat(43);

    /** What Lambda adds to the package. */
    private static final List<String> RUNTIME_JARS =
            List.of("aws-lambda-java-runtime-interface-client", "aws-lambda-java-serialization", "utils-lite");

    /** The events of the training run; what it loads and links is in the cache. */
    private static final int LESSONS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "cold";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch)) {
            var classPath = classPath(unpacked(scratch));
            var environment = environment(state);
            var cache = scratch.folder().resolve("sandboxes.aot");
            start(scratch, environment, classPath, List.of("-XX:AOTCacheOutput=" + cache), LESSONS);
            if (!Files.exists(cache)) {
                throw new IOException("no AOT cache was written: " + scratch.printedBy("function"));
            }
            return List.of(new Contest(
                            "cold start of sandboxes with AOT cache",
                            "without",
                            "ms",
                            Target.atMost(0.45, 0.45),
                            new Latency(
                                    () -> start(scratch, environment, classPath, List.of("-XX:AOTCache=" + cache), 1)),
                            new Latency(() -> start(scratch, environment, classPath, List.of(), 1)))
                    .run());
        }
    }

    /** Nanoseconds from the start of the process to its first answer. */
    private static long start(
            Scratch scratch, Map<String, String> environment, String classPath, List<String> options, int events)
            throws Exception {
        try (var api = RuntimeApi.start(Area.SANDBOXES.areaName())) {
            var command = new ArrayList<>(List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    // As Lambda starts its JVMs.
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmx512m",
                    "--enable-native-access=ALL-UNNAMED"));
            command.addAll(options);
            command.addAll(List.of(
                    "-classpath",
                    classPath,
                    "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                    Area.SANDBOXES.handlerClass()));
            var all = new HashMap<>(environment);
            all.put("AWS_LAMBDA_RUNTIME_API", api.address());
            var start = System.nanoTime();
            var process = scratch.start("function", all, command);
            var answer = answer(api);
            var nanos = System.nanoTime() - start;
            mustBeAnEmptyPage(answer, scratch);
            for (int i = 1; i < events; i++) {
                mustBeAnEmptyPage(answer(api), scratch);
            }
            process.destroy();
            process.waitFor();
            return nanos;
        }
    }

    private static String answer(RuntimeApi api) throws Exception {
        return api.invoke(event(), Instant.now().plus(PATIENCE)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void mustBeAnEmptyPage(String answer, Scratch scratch) throws IOException {
        if (!answer.contains("\"statusCode\":200") || !answer.contains("\\\"data\\\":[]")) {
            throw new WrongReply("the function answered " + answer + "; it printed " + scratch.printedBy("function"));
        }
    }

    private static String event() {
        return """
                {"version": "2.0", "routeKey": "ANY /api/v1/sandboxes", "rawPath": "/api/v1/sandboxes", "rawQueryString": "",
                 "headers": {"host": "localhost", "x-api-key": "%s"}, "isBase64Encoded": false,
                 "requestContext": {"accountId": "000000000000", "apiId": "bench", "domainName": "localhost",
                   "domainPrefix": "localhost", "requestId": "bench", "routeKey": "ANY /api/v1/sandboxes", "stage": "$default",
                   "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1767225600000,
                   "http": {"method": "GET", "path": "/api/v1/sandboxes", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                     "userAgent": "bench"}}}""".formatted(KEY);
    }

    private static Map<String, String> environment(StateServer state) throws GeneralSecurityException {
        var signingKey =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        var hash = MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(US_ASCII));
        var environment = new HashMap<String, String>();
        environment.put("ELEVO_TABLE", state.configuration().table());
        environment.put("ELEVO_SANDBOX_TABLE", state.configuration().sandboxTable());
        environment.put("ELEVO_DYNAMODB_ENDPOINT", state.configuration().endpoint());
        environment.put("ELEVO_BOOTSTRAP_KEY_SHA256", HexFormat.of().formatHex(hash));
        environment.put("ELEVO_AGENT_SIGNING_KEY", Base64.getEncoder().encodeToString(signingKey.getEncoded()));
        environment.put("ELEVO_AGENT_URL", "http://127.0.0.1:1");
        environment.put("ELEVO_JWT_SECRET", "s".repeat(64));
        environment.put("ELEVO_CURSOR_SECRET", "c".repeat(64));
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "sandboxes");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "bench");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "bench");
        environment.put("_HANDLER", Area.SANDBOXES.handlerClass());
        return environment;
    }

    /** The deployed package itself. */
    private static Path unpacked(Scratch scratch) throws IOException, InterruptedException {
        var zip = LocalRun.repository().resolve("functions/sandboxes/target/lambda.zip");
        var folder = scratch.folder().resolve("task");
        scratch.run(Duration.ofMinutes(1), List.of("unzip", "-q", zip.toString(), "-d", folder.toString()));
        return folder.resolve("lib");
    }

    /** Jars by name and in order, as the AOT cache wants them; the runtime interface client is Lambda's, not the package's. */
    private static String classPath(Path lib) throws IOException {
        var runtime = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> RUNTIME_JARS.stream().anyMatch(jar::contains));
        try (var jars = Files.list(lib)) {
            return Stream.concat(runtime, jars.map(Path::toString).sorted())
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
