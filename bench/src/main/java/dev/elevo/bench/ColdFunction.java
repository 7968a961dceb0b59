package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elevo.contract.Area;
import dev.elevo.localstack.runtime.LambdaJson;
import dev.elevo.localstack.runtime.RuntimeApi;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The package of one function, unpacked and started as Lambda starts it. */
final class ColdFunction {
    /** What Lambda adds to the package. */
    private static final List<String> RUNTIME_JARS =
            List.of("aws-lambda-java-runtime-interface-client", "aws-lambda-java-serialization", "utils-lite");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Area area;
    private final Scratch scratch;
    private final Path folder;
    private final String classPath;
    private final Map<String, String> environment;

    /** @param megabytes that the process kept in memory */
    record Start(double millis, double megabytes) {}

    ColdFunction(Area area, Scratch scratch, StateServer state, PeopleServer people)
            throws IOException, InterruptedException, GeneralSecurityException {
        this.area = area;
        this.scratch = scratch;
        folder = scratch.folder().resolve(area.areaName());
        var zip = LocalRun.repository().resolve("functions/" + area.areaName() + "/target/lambda.zip");
        scratch.run(Duration.ofMinutes(1), List.of("unzip", "-q", zip.toString(), "-d", folder.toString()));
        classPath = classPath(folder.resolve("lib"));
        environment = new HashMap<>(surroundings(area, state));
        environment.putAll(ColdEnvironment.of(area, state.configuration(), people.access()));
    }

    Area area() {
        return area;
    }

    Path folder() {
        return folder;
    }

    String printed() throws IOException {
        return scratch.printedBy("function");
    }

    /** The tables of people are made by a schedule, long before anybody asks. */
    void makeTables() throws Exception {
        try (var api = RuntimeApi.start(area.areaName())) {
            var process = launch(api, Optional.empty(), Map.of());
            api.invoke(LambdaJson.schedule("projection"), Instant.now().plus(PATIENCE))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            process.destroy();
            process.waitFor();
        }
    }

    /** From the start of the process to its first answer. */
    Start start(Optional<String> option, int events) throws Exception {
        try (var api = RuntimeApi.start(area.areaName())) {
            var begun = System.nanoTime();
            var process = launch(api, option, Map.of());
            return answered(process, api, begun, events);
        }
    }

    /** From when it goes on, rehearsed, to its first answer. */
    Start restore() throws Exception {
        try (var api = RuntimeApi.start(area.areaName())) {
            var process = launch(api, Optional.empty(), Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));
            api.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!printed().contains("Rehearsed ")) {
                throw new WrongReply(area + " did not rehearse; it printed " + printed());
            }
            var begun = System.nanoTime();
            api.restore();
            return answered(process, api, begun, 1);
        }
    }

    private Start answered(Process process, RuntimeApi api, long begun, int events) throws Exception {
        mustBeRight(answer(api));
        var nanos = System.nanoTime() - begun;
        var kilobytes = Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElseThrow();
        for (int i = 1; i < events; i++) {
            mustBeRight(answer(api));
        }
        process.destroy();
        process.waitFor();
        return new Start(nanos / 1e6, Long.parseLong(kilobytes) / 1024.0);
    }

    private Process launch(RuntimeApi api, Optional<String> option, Map<String, String> more) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                // As Lambda starts its JVMs.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED"));
        option.ifPresent(command::add);
        command.addAll(List.of(
                "-classpath",
                classPath,
                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                area.handlerClass()));
        var all = new HashMap<>(environment);
        all.putAll(more);
        all.put("AWS_LAMBDA_RUNTIME_API", api.address());
        return scratch.start("function", all, command);
    }

    private String answer(RuntimeApi api) throws Exception {
        return api.invoke(event(question(area)), Instant.now().plus(PATIENCE))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The smallest question that goes the whole way, and what is in its answer. */
    private record Question(String path, String query, String expected) {}

    private static Question question(Area area) {
        return switch (area) {
            case SANDBOXES -> list("/api/v1/sandboxes");
            case SNAPSHOTS -> list("/api/v1/snapshots");
            case VOLUMES -> list("/api/v1/volumes");
            case RUNS -> list("/api/v1/runs");
            case PROCESS -> ofNothing("process", "");
            case FILES -> ofNothing("files", "path=/");
            case GIT -> ofNothing("git/status", "path=/");
            case LSP -> ofNothing("lsp/servers", "");
            case DOCS -> new Question("/openapi.yaml", "", "\"body\":\"" + base64("openapi: "));
            case ADMIN -> new Question("/health", "", "\"statusCode\":200");
        };
    }

    /** As Lambda has bodies that are no JSON. */
    private static String base64(String beginning) {
        return Base64.getEncoder().encodeToString(beginning.getBytes(US_ASCII));
    }

    private static Question list(String path) {
        return new Question(path, "", "\\\"data\\\":[]");
    }

    private static Question ofNothing(String what, String query) {
        return new Question("/api/v1/sandboxes/none/" + what, query, "SANDBOX_NOT_FOUND");
    }

    private void mustBeRight(String answer) throws IOException {
        if (!answer.contains(question(area).expected())) {
            throw new WrongReply(area + " answered " + answer + "; it printed " + printed());
        }
    }

    private static String event(Question question) {
        return """
                {"version": "2.0", "routeKey": "$default", "rawPath": "%1$s", "rawQueryString": "%2$s",
                 "headers": {"host": "localhost", "x-api-key": "%3$s"}, "isBase64Encoded": false,
                 "requestContext": {"accountId": "000000000000", "apiId": "bench", "domainName": "localhost",
                   "domainPrefix": "localhost", "requestId": "bench", "routeKey": "$default", "stage": "$default",
                   "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 1767225600000,
                   "http": {"method": "GET", "path": "%1$s", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                     "userAgent": "bench"}}}""".formatted(question.path(), question.query(), ColdEnvironment.KEY);
    }

    /** What Lambda tells, and where the stand-ins of AWS are. */
    private static Map<String, String> surroundings(Area area, StateServer state) {
        return Map.of(
                "ELEVO_DYNAMODB_ENDPOINT", state.configuration().endpoint(),
                "AWS_ACCESS_KEY_ID", "bench",
                "AWS_SECRET_ACCESS_KEY", "bench",
                "AWS_REGION", "us-east-1",
                "AWS_LAMBDA_FUNCTION_NAME", area.areaName(),
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024",
                "AWS_LAMBDA_LOG_GROUP_NAME", "bench",
                "AWS_LAMBDA_LOG_STREAM_NAME", "bench",
                "_HANDLER", area.handlerClass());
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
