package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database of people and keys beside everything else: killed, and left behind by a killed run. */
final class AdminIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String KEYS = "/api/v1/users/me/api-keys";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    /** A server for a route to lead to. */
    private static final class Upstream implements AutoCloseable {
        private final HttpServer server;

        Upstream() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
        }

        String route() {
            return "{\"service_name\":\"up\",\"path_pattern\":\"/up\",\"target_url\":\"http://127.0.0.1:%d/\",\"method\":\"GET\",\"rate_limit_rpm\":1000000}"
                    .formatted(server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Callers of everything at the same time; each is told whether the answer is one that he may get. */
    private static final class Load implements AutoCloseable {
        private final Map<String, AtomicInteger> good = new ConcurrentHashMap<>();
        private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
        private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        private volatile boolean isOver;

        Load(RunningStack stack, String sandbox) {
            start("sandbox", () -> stack.get(sandbox), "200");
            start("command", () -> stack.post(sandbox + "/process/run", "{\"command\":\"true\"}"), "200");
            start("forwarded", () -> stack.get("/up"), "204");
            start("rules", () -> stack.get("/admin/routes"), "200", "F50000");
            start("instances", () -> stack.get("/admin/services?service_name=up"), "200", "F50000");
            start("user", () -> stack.call("PUT", "/api/v1/users/me", "{\"name\":\"x\"}"), "200", "9002");
            start("health", () -> stack.get("/health"), "200", "F50000");
        }

        private void start(String name, Supplier<RunningStack.Answer> call, String... outcomes) {
            good.put(name, new AtomicInteger());
            callers.execute(() -> {
                while (!isOver) {
                    var answer = call.get();
                    var outcome = outcome(answer);
                    if (outcome.equals(outcomes[0])) {
                        Objects.requireNonNull(good.get(name)).incrementAndGet();
                    } else if (!List.of(outcomes).contains(outcome)) {
                        surprises.add(name + ": " + answer);
                    }
                }
            });
        }

        private static String outcome(RunningStack.Answer answer) {
            return answer.status() >= 400 && answer.json().get("code") instanceof String code
                    ? code
                    : Integer.toString(answer.code());
        }

        /** Good ones, from now on. */
        void awaitOneOfEach() {
            good.values().forEach(count -> count.set(0));
            Eventually.await(() -> good.values().stream().allMatch(count -> count.get() > 0));
        }

        @Override
        public void close() {
            isOver = true;
            callers.close();
            assertThat(surprises).isEmpty();
        }
    }

    @Test
    void the_database_of_keys_may_die_and_nothing_else_does() throws Exception {
        var stack = SHARED.get();
        try (var upstream = new Upstream()) {
            assertThat(stack.post(KEYS, "{\"name\":\"first\"}").status()).isEqualTo(201);
            var sandbox = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");
            var database = ProcessHandle.of(stack.pidOf("postgres")).orElseThrow();
            assertThat(uid(database.pid())).isNotEqualTo("0");

            assertThat(stack.post("/admin/routes", upstream.route()).field("code"))
                    .isEqualTo("S10000");
            try (var load = new Load(stack, sandbox)) {
                load.awaitOneOfEach();
                database.destroyForcibly();
                database.onExit().join();
                load.awaitOneOfEach();
            }
            Eventually.await(() -> stack.post(KEYS, "{\"name\":\"second\"}").status() == 201);

            var asked = Thread.startVirtualThread(
                    () -> assertThatThrownBy(() -> stack.post(sandbox + "/process/run", "{\"command\":\"sleep 60\"}")));
            Eventually.await(() -> stack.get(sandbox + "/process").text().contains("sleep 60"));
            stack.crash();
            asked.join();
            var left = stack.pidOf("postgres");
            stack.startAgain();
            assertThat(stack.pidOf("postgres")).isEqualTo(left);
            assertThat(stack.get(KEYS).text()).contains("first").contains("second");
            // Who asked for what when everything died is known, and that its end is not.
            assertThat(stack.get("/api/v1/audit/events?outcome=failed&type=process.run")
                            .text())
                    .contains("\"unfinished\":\"true\"");
        }
    }

    private static String uid(long pid) throws Exception {
        return Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid")
                .toString();
    }
}
