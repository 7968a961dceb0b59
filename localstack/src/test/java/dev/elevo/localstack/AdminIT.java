package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of people and keys beside everything else: killed, and left behind by a killed run. */
final class AdminIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String KEYS = "/api/v1/users/me/api-keys";

    private static final Map<String, String> OPTIONS = Map.of(
            "ELEVO_LIMIT_READ", "100000",
            "ELEVO_LIMIT_WRITE", "100000",
            "ELEVO_LIMIT_EXEC", "100000",
            "ELEVO_SWEEP_MS", "500",
            "ELEVO_PROJECTION_MS", "500",
            "ELEVO_UPSTREAM_ALLOW", "127.0.0.1");

    @TempDir
    private Path home;

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
        private final Set<String> told = ConcurrentHashMap.newKeySet();
        private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
        private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        private volatile boolean isOver;

        Load(RunningStack stack, String sandbox) {
            start("sandbox", () -> stack.get(sandbox), "200");
            start("command", () -> stack.post(sandbox + "/process/run", "{\"command\":\"true\"}"), "200");
            start("files", () -> stack.get(sandbox + "/files"), "200");
            start("git", () -> stack.get(sandbox + "/git/status?path=/home/user/project"), "200");
            start("language servers", () -> stack.get(sandbox + "/lsp/servers"), "200");
            start("snapshots", () -> stack.get("/api/v1/snapshots"), "200");
            start("volumes", () -> stack.get("/api/v1/volumes"), "200");
            start("runs", () -> stack.get("/api/v1/runs"), "200");
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
                    // Who asks without a breath keeps from working what is to come back.
                    Eventually.pause();
                    var answer = call.get();
                    var outcome = outcome(answer);
                    if (outcome.equals(outcomes[0])) {
                        Objects.requireNonNull(good.get(name)).incrementAndGet();
                    } else if (List.of(outcomes).contains(outcome)) {
                        told.add(name + " " + outcome);
                    } else {
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

        /** Kills the database as often as it comes back, since it may be there again before anybody was told that it was not. */
        void awaitItIsMissed(RunningStack stack) {
            Eventually.await(() -> {
                ProcessHandle.of(stack.pidOf("postgres")).ifPresent(ProcessHandle::destroyForcibly);
                return told.containsAll(Set.of("rules F50000", "user 9002"));
            });
        }

        @Override
        public void close() {
            isOver = true;
            callers.close();
            assertThat(surprises).isEmpty();
        }
    }

    /** Keys that are revoked while everything dies: some were, some may be half-way between the database and the state table. */
    private static final class Revocations {
        private static final int KEYS_IN_ALL = 30;
        private static final int SOME = 5;

        private final RunningStack stack;
        private final Map<String, String> keys = new HashMap<>();
        private final Set<String> revoked = ConcurrentHashMap.newKeySet();
        private final List<Thread> callers = new ArrayList<>();

        Revocations(RunningStack stack) {
            this.stack = stack;
            for (int i = 0; i < KEYS_IN_ALL; i++) {
                var made = stack.post(KEYS, "{\"name\":\"doomed-" + i + "\"}");
                keys.put(made.field("id"), made.field("key"));
            }
        }

        void awaitSomeOf() {
            keys.keySet().forEach(id -> callers.add(Thread.startVirtualThread(() -> revoke(id))));
            Eventually.await(() -> revoked.size() >= SOME);
        }

        private void revoke(String id) {
            try {
                if (stack.delete(KEYS + "/" + id).status() == 204) {
                    revoked.add(id);
                }
            } catch (UncheckedIOException died) {
                // Nobody knows then whether it is, and that is what the test is about.
                assertThat(died).isNotNull();
            }
        }

        void assertEachIsWholeOrNone() throws InterruptedException {
            for (var caller : callers) {
                caller.join();
            }
            assertThat(revoked).hasSizeLessThan(KEYS_IN_ALL);
            var halfWay = new HashSet<>(keys.keySet());
            Eventually.await(() -> {
                var held = held();
                // An address that shows many bad keys is refused with good ones, too.
                halfWay.removeIf(id -> held.contains(id) == isAccepted(id));
                return halfWay.isEmpty();
            });
            assertThat(held()).doesNotContainAnyElementsOf(revoked);
        }

        private Set<String> held() {
            var listed = stack.get(KEYS + "?limit=100").text();
            return keys.keySet().stream().filter(listed::contains).collect(Collectors.toSet());
        }

        private boolean isAccepted(String id) {
            return stack.call("GET", SANDBOXES, "", "X-API-Key", Objects.requireNonNull(keys.get(id)))
                            .status()
                    == 200;
        }
    }

    @Test
    void the_database_of_keys_may_die_and_nothing_else_does() throws Exception {
        try (var upstream = new Upstream();
                var stack = new RunningStack(home, OPTIONS)) {
            assertThat(stack.post(KEYS, "{\"name\":\"first\"}").status()).isEqualTo(201);
            var sandbox = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");
            assertThat(stack.post(sandbox + "/git/init", "{\"path\":\"/home/user/project\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(uid(stack.pidOf("postgres"))).isNotEqualTo("0");

            whoeverIsDisabledIsStopped(stack);

            assertThat(stack.post("/admin/routes", upstream.route()).field("code"))
                    .isEqualTo("S10000");
            try (var load = new Load(stack, sandbox)) {
                load.awaitOneOfEach();
                load.awaitItIsMissed(stack);
                load.awaitOneOfEach();
            }
            Eventually.await(() -> stack.post(KEYS, "{\"name\":\"second\"}").status() == 201);

            var asked = Thread.startVirtualThread(
                    () -> assertThatThrownBy(() -> stack.post(sandbox + "/process/run", "{\"command\":\"sleep 60\"}")));
            Eventually.await(() -> stack.get(sandbox + "/process").text().contains("sleep 60"));
            var revocations = new Revocations(stack);
            revocations.awaitSomeOf();
            stack.crash();
            asked.join();
            var left = stack.pidOf("postgres");
            stack.startAgain();
            assertThat(stack.pidOf("postgres")).isEqualTo(left);
            revocations.assertEachIsWholeOrNone();
            assertThat(stack.get(KEYS).text()).contains("first").contains("second");
            // Who asked for what when everything died is known, and that its end is not.
            assertThat(stack.get("/api/v1/audit/events?outcome=failed&type=process.run")
                            .text())
                    .contains("\"unfinished\":\"true\"");
        }
    }

    private void whoeverIsDisabledIsStopped(RunningStack stack) {
        var organizations = "/api/v1/admin/organizations";
        var users = organizations + "/tenant/users";
        stack.post(organizations, "{\"id\":\"tenant\"}");
        stack.post(users, "{\"id\":\"somebody\",\"role\":\"admin\"}");
        var key = stack.post(users + "/somebody/api-keys", "{\"name\":\"theirs\"}")
                .field("key");
        var theirs = stack.call("POST", SANDBOXES, "{}", "X-API-Key", key).field("id");
        var ours = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");

        assertThat(stack.post(organizations + "/tenant/disable", "{\"reason\":\"unpaid\"}")
                        .status())
                .isEqualTo(200);

        Eventually.await(
                () -> stack.call("GET", SANDBOXES, "", "X-API-Key", key).code() == 1002);
        Eventually.await(
                () -> !"running".equals(new Backstage(home).agentsSandboxes().get(theirs)));
        stack.post(organizations + "/tenant/enable", "{}");
        Eventually.await(() -> stack.call("GET", SANDBOXES + "/" + theirs, "", "X-API-Key", key)
                        .status()
                == 200);
        assertThat(stack.call("GET", SANDBOXES + "/" + theirs, "", "X-API-Key", key)
                        .json())
                .containsEntry("state", "stopped")
                .containsEntry("endReason", "evicted");
        assertThat(stack.get(ours).json()).containsEntry("state", "running");
    }

    private static String uid(long pid) throws Exception {
        return Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid")
                .toString();
    }
}
