package dev.elevo.localstack.microvm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.testing.Hosts;
import dev.elevo.localstack.microvm.Signature.Signer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The {@code @connections} of a WebSocket API as AWS has them: who signs as the function may do all, who signs as a session of the role
 * what its policy says of this connection. Behind it are those of a local gateway.
 */
public final class FakeConnections implements AutoCloseable {
    private static final String STAGE = "/live";
    private static final String ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5" + STAGE;
    private static final int LARGEST = 128 << 10;
    private static final Set<String> PASSED_ON = Set.of("x-elevo-wait", "x-elevo-close-code");

    private final FakeSts sts;
    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger refused = new AtomicInteger();
    private final int gatewayPort;
    private final String gatewaySecret = UUID.randomUUID() + "-" + UUID.randomUUID();

    public FakeConnections(FakeSts sts) throws IOException {
        this.sts = sts;
        this.gatewayPort = Hosts.freePort();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Of the stage. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + STAGE;
    }

    public static String stage() {
        return ARN;
    }

    /** Where the local gateway's have to be. */
    public int gatewayPort() {
        return gatewayPort;
    }

    public String gatewaySecret() {
        return gatewaySecret;
    }

    /** How many requests were not allowed. */
    public int refused() {
        return refused.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var target = exchange.getRequestURI();
            var status = 403;
            byte[] said = {};
            if (body.length > LARGEST) {
                status = 413;
            } else if (isAllowed(exchange, body)) {
                var answer = http.send(passedOn(exchange, target, body), BodyHandlers.ofByteArray());
                status = answer.statusCode();
                said = answer.body();
            } else {
                refused.incrementAndGet();
            }
            exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
            if (said.length > 0) {
                exchange.getResponseBody().write(said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAllowed(HttpExchange exchange, byte[] body) {
        var target = exchange.getRequestURI();
        var method = exchange.getRequestMethod();
        var headers = exchange.getRequestHeaders();
        if (!target.getRawPath().startsWith(STAGE + "/@connections/")) {
            return false;
        }
        var resource = ARN + "/" + method + target.getPath().substring(STAGE.length());
        return Signature.isGood(Signer.FUNCTION, "execute-api", method, target, headers::getFirst, body)
                || sts.allows(resource, method, target, headers::getFirst, body);
    }

    private HttpRequest passedOn(HttpExchange exchange, URI target, byte[] body) {
        var path = target.getRawPath().substring(STAGE.length());
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gatewayPort + path))
                .header("Authorization", "Bearer " + gatewaySecret)
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, values.getFirst());
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        server.stop(0);
        http.shutdownNow();
    }
}
