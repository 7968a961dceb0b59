package dev.elevo.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Answers one after the other what it was told to, and notes what it was asked. */
final class FakeService implements AutoCloseable {
    record Request(
            String method,
            String target,
            @Nullable String key,
            @Nullable String idempotencyKey,
            @Nullable String range,
            String body) {}

    private record Answer(int status, String body, Map<String, String> headers) {}

    private static final int DROPPED = 0;
    private static final int BREAKS_OFF = 1;
    private static final int PARTIAL = 206;

    private final HttpServer server;
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    FakeService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    FakeService then(int status, String body, String... headers) {
        var named = new HashMap<String, String>();
        for (var i = 0; i + 1 < headers.length; i += 2) {
            named.put(headers[i], headers[i + 1]);
        }
        answers.add(new Answer(status, body, named));
        return this;
    }

    /** The connection, without a word. */
    FakeService thenDrops() {
        answers.add(new Answer(DROPPED, "", Map.of()));
        return this;
    }

    /** After these bytes of more. */
    FakeService thenBreaksOff(String beginning) {
        answers.add(new Answer(BREAKS_OFF, beginning, Map.of()));
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers.getFirst("Authorization"),
                    headers.getFirst("X-Idempotency-Key"),
                    headers.getFirst("Range"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            var answer = answers.remove();
            if (answer.status() == DROPPED) {
                return;
            }
            if (answer.status() == BREAKS_OFF) {
                exchange.getResponseHeaders().add("ETag", "\"1\"");
                exchange.sendResponseHeaders(200, answer.body().length() + 1000L);
                exchange.getResponseBody().write(answer.body().getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                return;
            }
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            var body = answer.body().substring(skipped(answer, headers)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Who answers 206 answers what was asked for. */
    private static int skipped(Answer answer, Headers asked) {
        return answer.status() == PARTIAL
                ? Integer.parseInt(asked.getFirst("Range").replaceAll("\\D", ""))
                : 0;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    WorkspaceClient client() {
        return WorkspaceClient.builder(Map.of())
                .apiUrl(url())
                .apiKey("ewk_test")
                .build();
    }

    static String error(int code, String name, String details) {
        return "{\"error\":{\"code\":%d,\"name\":\"%s\",\"message\":\"told\",\"details\":%s,\"requestId\":\"req-1\"}}"
                .formatted(code, name, details);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
