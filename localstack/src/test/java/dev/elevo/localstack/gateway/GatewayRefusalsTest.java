package dev.elevo.localstack.gateway;

import static dev.elevo.localstack.gateway.Running.answer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches no function, and functions that fail: always the contract's envelope. */
@Timeout(60)
class GatewayRefusalsTest {
    private static final int TOO_MUCH = Limits.CLOUD.bodyBytes() + 1;

    private Running gateway;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        gateway = new Running(event -> switch (event.getRawPath()) {
            case "/api/v1/throws" -> throw new IOException("a secret of the function");
            case "/fails" -> throw new IllegalStateException("a secret of the function");
            case "/api/v1/error" -> throw new StackOverflowError();
            case "/api/v1/no-status" -> new APIGatewayV2HTTPResponse();
            case "/api/v1/bad-base64" ->
                APIGatewayV2HTTPResponse.builder()
                        .withStatusCode(200)
                        .withIsBase64Encoded(true)
                        .withBody("%")
                        .build();
            case "/api/v1/bad-header" ->
                APIGatewayV2HTTPResponse.builder()
                        .withStatusCode(200)
                        .withHeaders(Map.of("a", "b\r\nc: d"))
                        .build();
            case "/api/v1/large" -> answer("x".repeat(Limits.CLOUD.payloadBytes() + 1));
            default -> answer("fine");
        });
        client = gateway.connect();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throws", "/error", "/no-status", "/bad-base64", "/bad-header", "/large"})
    void a_function_that_fails_is_an_internal_error_that_says_no_more(String path) throws IOException {
        var reply = client.get("/api/v1" + path);

        assertEnvelope(reply, ErrorCode.INTERNAL_ERROR);
        assertThat(reply.text()).doesNotContain("secret");
        assertThat(client.get("/").text()).as("the connection lives on").isEqualTo("fine");
    }

    @Test
    void an_escaped_slash_names_nothing() throws IOException {
        assertEnvelope(client.get("/api/v1/a%2Fb"), ErrorCode.RESOURCE_NOT_FOUND);
        assertThat(client.get("/").text()).isEqualTo("fine");
    }

    @Test
    void a_broken_escape_is_a_bad_request() throws IOException {
        assertEnvelope(client.get("/api/v1/a%ZZ"), ErrorCode.INVALID_REQUEST);
        assertThat(client.get("/").text()).isEqualTo("fine");
    }

    @Test
    void a_refusal_carries_the_id_the_client_sent() throws IOException {
        client.send("GET /api/v1/throws HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: mine.1\r\n\r\n");

        var reply = client.read();

        assertThat(reply.header("x-request-id")).isEqualTo("mine.1");
        assertThat(error(reply).requestId()).isEqualTo("mine.1");
    }

    @Test
    void an_ill_formed_id_is_replaced() throws IOException {
        client.send("GET /api/v1/throws HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: <b>\r\n\r\n");

        assertThat(client.read().header("x-request-id")).matches("req-[a-z0-9]{12}");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void what_is_no_http_is_refused_and_the_connection_ended(String text) throws IOException {
        client.send(text);

        var reply = client.read();

        assertEnvelope(reply, ErrorCode.INVALID_REQUEST);
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(client.isEnded()).isTrue();
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("NONSENSE\r\n\r\n"),
                Arguments.of("GET /api/v1/x HTTP/1.1\r\nno colon\r\n\r\n"),
                Arguments.of("GET /api/v1/x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
                Arguments.of("POST /api/v1/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
                Arguments.of("POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
                Arguments.of(
                        "POST /api/v1/x HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\nGET /next HTTP/1.1\r\n\r\n"),
                Arguments.of(
                        "POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\nGET /next HTTP/1.1\r\n\r\n"),
                Arguments.of("POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
                Arguments.of("POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        "POST /api/v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("POST /api/v1/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("GET /" + "x".repeat(Limits.CLOUD.headBytes()) + " HTTP/1.1\r\n\r\n"),
                Arguments.of("GET /api/v1/x HTTP/1.1\r\nA: " + "x".repeat(Limits.CLOUD.headBytes()) + "\r\n\r\n"));
    }

    @Test
    void garbage_behind_a_request_does_not_harm_its_answer() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nNONSENSE\r\n\r\n");

        assertThat(client.read().text()).isEqualTo("fine");
        assertEnvelope(client.read(), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void line_and_headers_have_one_limit_together() throws IOException {
        var half = "x".repeat(Limits.CLOUD.headBytes() / 2);
        client.send("GET /api/v1/" + half + " HTTP/1.1\r\nA: " + half + "\r\n\r\n");

        assertEnvelope(client.read(), ErrorCode.INVALID_REQUEST);
    }

    /** The client sends all of it before it looks at the answer: that must not be lost in a reset. */
    @Test
    void a_body_that_is_too_large_is_told_so() throws IOException {
        client.send("POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + TOO_MUCH + "\r\n\r\n");
        client.send(new byte[TOO_MUCH]);

        var reply = client.read();

        assertEnvelope(reply, ErrorCode.FILE_TOO_LARGE);
        assertThat(error(reply).details())
                .containsEntry("size", TOO_MUCH)
                .containsEntry("limit", Limits.CLOUD.payloadBytes() / 4 * 3);
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void a_chunked_body_that_is_too_large_is_told_so_too() throws IOException {
        client.send("POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(TOO_MUCH) + "\r\n");
        client.send(new byte[TOO_MUCH]);
        client.send("\r\n0\r\n\r\n");

        assertEnvelope(client.read(), ErrorCode.FILE_TOO_LARGE);
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void who_asks_before_sending_too_much_need_not_send_it() throws IOException {
        client.send("POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + TOO_MUCH
                + "\r\n\r\n");

        assertEnvelope(client.read(), ErrorCode.FILE_TOO_LARGE);
    }

    @Test
    void an_expectation_nobody_knows_is_ignored() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n\r\n");

        assertThat(client.read().text()).isEqualTo("fine");
    }

    /** Base64 makes four bytes of three. */
    @Test
    void a_body_that_fits_the_gateway_but_no_function_is_refused() throws IOException {
        var bytes = Limits.CLOUD.payloadBytes() / 4 * 3 + 3;
        client.send("POST /api/v1/sandboxes/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes + "\r\n\r\n");
        client.send(new byte[bytes]);

        var reply = client.read();
        assertEnvelope(reply, ErrorCode.FILE_TOO_LARGE);
        assertThat(error(reply).details()).containsEntry("size", bytes).containsEntry("limit", bytes - 3);
        assertThat(error(reply).message()).contains("files/upload-url");
        assertThat(client.get("/").text()).isEqualTo("fine");
    }

    @ParameterizedTest
    @MethodSource("ofRoot")
    void paths_of_the_dynamic_gateway_have_its_envelope(String head, int body, int status, String code, String message)
            throws IOException {
        client.send(head);
        client.send(new byte[body]);

        var reply = client.read();

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.header("content-type")).isEqualTo("application/json");
        assertThat(reply.header("x-request-id")).startsWith("req-");
        var answer = ObjectMapper.getDefault().readValue(reply.text(), Argument.mapOf(String.class, Object.class));
        assertThat(answer).containsOnlyKeys("code", "msg", "content").containsEntry("code", code);
        assertThat(answer.get("content")).isEqualTo(code.equals("F40000") ? Map.of("errors", List.of()) : Map.of());
        assertThat(answer.get("msg")).asString().contains(message).doesNotContain("upload-url");
    }

    static Stream<Arguments> ofRoot() {
        var longer = "x".repeat(2 * Limits.CLOUD.headBytes());
        var half = "x".repeat(Limits.CLOUD.headBytes() / 2);
        var binary = Limits.CLOUD.payloadBytes() / 4 * 3 + 3;
        return Stream.of(
                Arguments.of("GET /users/a%2Fb HTTP/1.1\r\n\r\n", 0, 404, "F40400", "No such path"),
                Arguments.of("GET http://h/users/a%2fb?x HTTP/1.1\r\n\r\n", 0, 404, "F40400", "No such path"),
                Arguments.of("GET /users/a%ZZ HTTP/1.1\r\n\r\n", 0, 400, "F40000", "a broken escape"),
                Arguments.of("GET /users HTTP/1.1\r\nA: " + longer + "\r\n\r\n", 0, 400, "F40000", "too large"),
                Arguments.of("GET /" + half + " HTTP/1.1\r\nA: " + half + "\r\n\r\n", 0, 400, "F40000", "too large"),
                Arguments.of(
                        "POST /admin/routes HTTP/1.1\r\nContent-Length: " + binary + "\r\n\r\n",
                        binary,
                        400,
                        "F40000",
                        "A function takes"),
                Arguments.of(
                        "POST /users HTTP/1.1\r\nContent-Length: " + TOO_MUCH + "\r\n\r\n",
                        TOO_MUCH,
                        400,
                        "F40000",
                        "A function takes"),
                Arguments.of("GET /fails HTTP/1.1\r\n\r\n", 0, 500, "F50000", "Internal error"));
    }

    private static void assertEnvelope(RawClient.Reply reply, ErrorCode code) throws IOException {
        assertThat(reply.status()).as(reply.text()).isEqualTo(code.status());
        assertThat(reply.header("content-type")).isEqualTo("application/json");
        assertThat(error(reply).code()).isEqualTo(code.number());
        assertThat(error(reply).name()).isEqualTo(code.name());
        assertThat(error(reply).requestId()).isEqualTo(reply.header("x-request-id"));
    }

    private static ErrorBody.Content error(RawClient.Reply reply) throws IOException {
        return requireNonNull(ObjectMapper.getDefault().readValue(reply.text(), ErrorBody.class))
                .error();
    }
}
