package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.stream.Link;
import dev.elevo.agent.stream.Streams;
import dev.elevo.agent.stream.Wire;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches of a real sandbox, by clients that read and by one that does not. */
@Timeout(180)
final class WatchTest {
    private static final int MOST_WATCHES = 32;
    private static final int MOST_SUBSCRIPTIONS = 10;

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home, "none");
        agent.requireWalls();
        sandbox = agent.create();
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @Test
    void what_its_processes_change_is_told() throws Exception {
        agent.run(sandbox, "mkdir told");
        var client = new Client();
        var link = watch("/home/user/told", client);

        agent.run(sandbox, "cd told && mkdir in && echo 1 > in/a && mv in/a in/b && rm in/b");

        client.await("\"event\":\"deleted\",\"path\":\"/home/user/told/in/b\"");
        assertThat(client.said())
                .anyMatch(text -> text.contains("\"event\":\"created\",\"path\":\"/home/user/told/in/a\""))
                .anyMatch(text ->
                        text.contains("\"path\":\"/home/user/told/in/b\",\"oldPath\":\"/home/user/told/in/a\""));
        link.clientGone();
    }

    @Test
    void a_client_that_does_not_read_is_sent_away_and_leaves_nothing_behind() throws Exception {
        agent.run(sandbox, "mkdir unread");
        var client = new Client();
        client.stopsReading();
        watch("/home/user/unread", client);

        agent.run(sandbox, "cd unread && name=$(printf '%0200d' 0) && for i in $(seq 5000); do : > $name$i; done");

        Eventually.await("the close", client.closed::isDone);
        assertThat(client.closed.join()).isEqualTo(CloseCode.TOO_SLOW);
        client.readsAgain();
        Eventually.await(
                "the end of the watch",
                () -> agent.run(sandbox, "cat /proc/[0-9]*/comm | grep -c elevo-watch || true")
                        .stdout()
                        .strip()
                        .equals("0"));
    }

    @Test
    void one_subscription_too_many_is_told_and_the_others_go_on() throws Exception {
        agent.run(sandbox, "mkdir many");
        var client = new Client();
        var link = watch("/home/user/many", client);
        for (int i = 1; i <= MOST_SUBSCRIPTIONS; i++) {
            subscribe(link, "s" + i, "/home/user/many");
        }

        client.await("\"id\":\"s" + MOST_SUBSCRIPTIONS + "\"");
        assertThat(client.said())
                .filteredOn(text -> text.contains("\"type\":\"error\""))
                .singleElement()
                .asString()
                .contains(
                        "\"id\":\"s" + MOST_SUBSCRIPTIONS + "\"", code(ErrorCode.RESOURCE_EXHAUSTED), "subscriptions");
        agent.run(sandbox, "touch many/x");
        client.await("\"event\":\"created\",\"path\":\"/home/user/many/x\"");
        link.clientGone();
    }

    @Test
    void what_could_not_be_watched_takes_no_place_and_no_name() throws Exception {
        agent.run(sandbox, "mkdir found");
        var client = new Client();
        var link = watch("/home/user/found", client);
        for (int i = 1; i <= MOST_SUBSCRIPTIONS; i++) {
            subscribe(link, "again", "/home/user/lost");
            var failures = i;
            Eventually.await(
                    "each failure",
                    () -> client.said().stream()
                                    .filter(text -> text.contains(code(ErrorCode.FILE_NOT_FOUND)))
                                    .count()
                            == failures);
        }

        subscribe(link, "again", "/home/user/found");

        client.await("\"id\":\"again\",\"data\":{\"event\":\"subscribed\"");
        link.clientGone();
    }

    private static void subscribe(Link link, String id, String path) {
        Streams.receive(link, "{\"type\":\"subscribe\",\"id\":\"" + id + "\",\"data\":{\"path\":\"" + path + "\"}}");
    }

    @Test
    void one_watch_too_many_is_refused_until_another_ends() throws Exception {
        var other = agent.create();
        var links = new ArrayList<Link>();
        for (int i = 0; i < MOST_WATCHES; i++) {
            links.add(watch(other, "/home/user", new Client()));
        }

        var refused = catchThrowableOfType(ApiException.class, () -> watch(other, "/home/user", new Client()));
        assertThat(refused.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);

        // The place is free when the session has heard of it.
        links.removeFirst().clientGone();
        Eventually.await("a place", () -> isWatched(other));
        agent.sandboxes().delete(other);
    }

    private static boolean isWatched(String id) {
        try {
            watch(id, "/home/user", new Client());
            return true;
        } catch (ApiException full) {
            assertThat(full.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            return false;
        }
    }

    private static String code(ErrorCode code) {
        return "\"code\":" + code.number();
    }

    private static Link watch(String path, Wire wire) {
        return watch(sandbox, path, wire);
    }

    private static Link watch(String id, String path, Wire wire) {
        var options = "{\"path\":\"" + path + "\",\"recursive\":true}";
        var target = new StreamTarget(StreamTarget.WATCH, Map.of(StreamTarget.OPTIONS, options));
        return agent.context().getBean(Streams.class).open(id, Ids.EVENT.random(), target, wire);
    }

    /** Takes what it is sent, or lets the sender wait. */
    private static final class Client implements Wire {
        private final Queue<String> said = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<CloseCode> closed = new CompletableFuture<>();
        private volatile CountDownLatch reads = new CountDownLatch(0);

        void stopsReading() {
            reads = new CountDownLatch(1);
        }

        void readsAgain() {
            reads.countDown();
        }

        List<String> said() {
            return List.copyOf(said);
        }

        void await(String words) throws Exception {
            Eventually.await(words, () -> said.stream().anyMatch(text -> text.contains(words)));
        }

        @Override
        public void send(byte[] message) throws InterruptedException {
            reads.await();
            said.add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void close(CloseCode code) {
            closed.complete(code);
        }
    }
}
