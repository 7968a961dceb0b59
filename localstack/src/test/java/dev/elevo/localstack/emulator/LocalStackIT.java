package dev.elevo.localstack.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.elevo.contract.Area;
import dev.elevo.contract.testing.Hosts;
import dev.elevo.localstack.RunningStack;
import dev.elevo.s3.S3BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.containers.localstack.LocalStackContainer.Service;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** LocalStack of the version in {@code localstack/compose.yaml}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LocalStackIT {
    private static final String FUNCTION = "elevo-docs";

    /** As API Gateway's HTTP API sends it, which this LocalStack does not have. */
    private static final String EVENT = """
            {"version": "2.0", "rawPath": "/openapi.yaml", "rawQueryString": "", "headers": {"host": "localhost"},\
             "isBase64Encoded": false, "requestContext": {"requestId": "r", "stage": "$default",\
             "http": {"method": "GET", "path": "/openapi.yaml", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}}}""";

    private LocalStackContainer aws;

    @BeforeAll
    void start() throws IOException {
        Hosts.assume(
                DockerClientFactory.instance().isDockerAvailable(),
                "LocalStack runs in Docker, and there is none on this machine");
        aws = new LocalStackContainer(DockerImageName.parse(image()))
                .withServices(Service.DYNAMODB, Service.S3, Service.LAMBDA, Service.API_GATEWAY);
        aws.start();
    }

    @AfterAll
    void stop() {
        if (aws != null) {
            aws.stop();
        }
    }

    @Test
    void the_local_run_keeps_its_tables_there(@TempDir Path home) throws IOException {
        var endpoint = aws.getEndpointOverride(Service.DYNAMODB).toString();
        try (var stack = new RunningStack(home, Map.of("ELEVO_DYNAMODB_ENDPOINT", endpoint))) {
            assertThat(stack.post("/api/v1/sandboxes", "{\"name\":\"there\"}").status())
                    .isEqualTo(201);
            assertThat(stack.get("/api/v1/sandboxes").data()).hasSize(1);
            assertThat(stack.delete("/api/v1/sandboxes/there?force=true").status())
                    .isEqualTo(204);
        }
        assertThat(aws("dynamodb", "list-tables").getStdout()).contains("elevo-sandboxes");
    }

    @Test
    void a_bucket_there_keeps_blobs() throws IOException {
        try (var s3 = S3Client.builder()
                .endpointOverride(aws.getEndpointOverride(Service.S3))
                .region(Region.of(aws.getRegion()))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.getAccessKey(), aws.getSecretKey())))
                .build()) {
            var bucket = "elevo-" + UUID.randomUUID();
            s3.createBucket(create -> create.bucket(bucket));
            var blobs = new S3BlobStore(s3, bucket, "");
            var content = "what was put".getBytes(UTF_8);

            blobs.put("a/b", ByteBuffer.wrap(content));

            var read = ByteBuffer.allocate(4);
            blobs.read("a/b", 5, read);
            assertThat(new String(read.array(), UTF_8)).isEqualTo("was ");
            assertThat(blobs.size("a/b")).hasValue(content.length);
            assertThat(blobs.size("a/c")).isEmpty();
        }
    }

    /** The deployed package itself, by Lambda and by an API of API Gateway before it. */
    @Test
    void a_function_answers_there_and_behind_an_api() throws Exception {
        var zip = repository().resolve("functions/docs/target/lambda.zip");
        aws.copyFileToContainer(MountableFile.forHostPath(zip), "/tmp/lambda.zip");
        aws.copyFileToContainer(
                MountableFile.forHostPath(Files.writeString(Files.createTempFile("event", ".json"), EVENT)),
                "/tmp/event.json");
        var created = aws(
                "lambda", "create-function",
                "--function-name", FUNCTION,
                "--runtime", "java25",
                "--handler", Area.DOCS.handlerClass(),
                "--role", "arn:aws:iam::000000000000:role/elevo",
                "--timeout", "29",
                "--memory-size", "1024",
                "--environment",
                        "Variables={ELEVO_CURSOR_SECRET=" + "c".repeat(64) + ",ELEVO_JWT_SECRET=" + "s".repeat(64)
                                + "}",
                "--zip-file", "fileb:///tmp/lambda.zip");
        assumeFalse(
                created.getExitCode() != 0 && created.getStderr().contains("runtime"),
                () -> "skipped: this LocalStack has no java25: " + created.getStderr());
        assertThat(created.getExitCode()).as(created.getStderr()).isZero();
        succeeds("lambda", "wait", "function-active-v2", "--function-name", FUNCTION);

        succeeds(
                "lambda",
                "invoke",
                "--function-name",
                FUNCTION,
                "--cli-binary-format",
                "raw-in-base64-out",
                "--payload",
                "file:///tmp/event.json",
                "/tmp/answer.json");
        assertThat(aws.execInContainer("cat", "/tmp/answer.json").getStdout())
                .contains("\"statusCode\":200", "openapi:");

        assertThat(throughAnApi()).contains("openapi:");
    }

    /** A REST API, which is told what an HTTP API would say by itself. */
    private String throughAnApi() throws Exception {
        var api = succeeds("apigateway", "create-rest-api", "--name", FUNCTION, "--query", "id", "--output", "text");
        var root = succeeds(
                "apigateway", "get-resources", "--rest-api-id", api, "--query", "items[0].id", "--output", "text");
        succeeds(
                "apigateway", "put-method",
                "--rest-api-id", api,
                "--resource-id", root,
                "--http-method", "GET",
                "--authorization-type", "NONE");
        succeeds(
                "apigateway", "put-integration",
                "--rest-api-id", api,
                "--resource-id", root,
                "--http-method", "GET",
                "--type", "AWS",
                "--integration-http-method", "POST",
                "--uri",
                        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:"
                                + FUNCTION + "/invocations",
                "--passthrough-behavior", "NEVER",
                "--request-templates",
                        "{\"application/json\": \""
                                + EVENT.replace("$", "$util.escapeJavaScript('$')")
                                        .replace("\"", "\\\"") + "\"}");
        for (var put : new String[] {"put-method-response", "put-integration-response"}) {
            succeeds(
                    "apigateway", put,
                    "--rest-api-id", api,
                    "--resource-id", root,
                    "--http-method", "GET",
                    "--status-code", "200");
        }
        succeeds("apigateway", "create-deployment", "--rest-api-id", api, "--stage-name", "live");
        var answer = aws.execInContainer("curl", "-sS", "http://localhost:4566/_aws/execute-api/" + api + "/live/");
        return answer.getStdout();
    }

    private String succeeds(String... arguments) throws IOException {
        var result = aws(arguments);
        assertThat(result.getExitCode())
                .as(String.join(" ", arguments) + ": " + result.getStderr())
                .isZero();
        return result.getStdout().strip();
    }

    private ExecResult aws(String... arguments) throws IOException {
        try {
            return aws.execInContainer(
                    Stream.concat(Stream.of("awslocal"), Stream.of(arguments)).toArray(String[]::new));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Said in one place. */
    private static String image() throws IOException {
        return Files.readString(repository().resolve("localstack/compose.yaml"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("image: "))
                .map(line -> line.substring("image: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static Path repository() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(directory -> Files.exists(directory.resolve("elevo")))
                .findFirst()
                .orElseThrow();
    }
}
