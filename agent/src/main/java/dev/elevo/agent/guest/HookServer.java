package dev.elevo.agent.guest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the platform calls. A port of its own, which no token of the platform opens from outside. */
@Singleton
@Requires(property = "elevo.driver", value = "guest")
final class HookServer implements ApplicationEventListener<ServerStartupEvent> {
    static final String PATH = "/aws/lambda-microvms/runtime/v1/";

    private static final Logger LOG = LoggerFactory.getLogger(HookServer.class);

    /** The payload has 4096 letters, each of which may be written as six. */
    private static final int MOST_BODY = 64 << 10;

    private static final int USER = 1000;

    private final Hooks hooks;
    private final InetSocketAddress address;
    private final Callers callers = new Callers(USER);
    private @Nullable HttpServer server;

    HookServer(
            Hooks hooks,
            @Value("${elevo.agent.host:127.0.0.1}") String host,
            @Value("${elevo.hooks.port:9000}") int port) {
        this.hooks = hooks;
        this.address = new InetSocketAddress(host, port);
    }

    /** Not before: the platform takes the first answer for the agent's. */
    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        try {
            var started = HttpServer.create(address, 0);
            started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            started.createContext("/", this::serve);
            started.start();
            server = started;
            LOG.info("hooks are heard on port {}", started.getAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var answer = answer(exchange);
            var words = answer.words().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), words.length == 0 ? -1 : words.length);
            exchange.getResponseBody().write(words);
        } catch (RuntimeException e) {
            LOG.error("a hook was not answered", e);
        }
    }

    private HookAnswer answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (!exchange.getRequestMethod().equals("POST") || !path.startsWith(PATH)) {
            return new HookAnswer(404, "no hook");
        }
        // Before the body, which may be long in coming, and after it: until then its socket may have changed hands.
        if (!isFromOutside(exchange)) {
            return refused(path);
        }
        var body = exchange.getRequestBody().readNBytes(MOST_BODY);
        if (!isFromOutside(exchange)) {
            return refused(path);
        }
        var began = System.nanoTime();
        var answer = hooks.answer(path.substring(PATH.length()), body);
        LOG.info("{}: {} {} in {} ms", path, answer.status(), answer.words(), (System.nanoTime() - began) / 1_000_000);
        return answer;
    }

    private boolean isFromOutside(HttpExchange exchange) throws IOException {
        return callers.isFromOutside(exchange.getRemoteAddress(), exchange.getLocalAddress());
    }

    private static HookAnswer refused(String path) {
        LOG.warn("the sandbox itself called {}, or somebody who did not wait", path);
        return new HookAnswer(403, "not for the sandbox");
    }

    @PreDestroy
    void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
