package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.agent.workspace.Deliveries;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content of files on its way from a real sandbox to a store. */
final class DeliveriesTest {
    private static final String HOME = "/home/user/";
    private static final int WAIT = 30_000;

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;
    private static Deliveries deliveries;
    private static HttpServer store;
    private static final Map<String, byte[]> TAKEN = new ConcurrentHashMap<>();
    private static final CountDownLatch OPENED = new CountDownLatch(1);

    @BeforeAll
    static void start() throws GeneralSecurityException, IOException {
        agent = new RealAgent(home, "none");
        sandbox = agent.create();
        deliveries = agent.context().getBean(Deliveries.class);
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/", DeliveriesTest::answer);
        store.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        store.start();
    }

    @AfterAll
    static void stop() {
        OPENED.countDown();
        agent.close();
        store.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            TAKEN.put(path, exchange.getRequestBody().readAllBytes());
            if (path.startsWith("/closed")) {
                OPENED.await();
            }
            exchange.getResponseHeaders().set("ETag", "tag-of-" + path);
            exchange.sendResponseHeaders(path.startsWith("/refusing") ? 403 : 200, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DeliverFile order(String where, String file, @Nullable String user, long offset, long length) {
        var parts = IntStream.range(0, 4)
                .mapToObj(
                        i -> URI.create("http://127.0.0.1:" + store.getAddress().getPort() + "/" + where + "/" + i))
                .toList();
        return new DeliverFile(UUID.randomUUID().toString(), HOME + file, user, offset, length, parts, 10, WAIT);
    }

    private static SaveStatus deliver(String where, String file, long offset, long length) {
        return deliveries.deliver(sandbox, order(where, file, null, offset, length));
    }

    private static String taken(SaveStatus status) {
        assertThat(status.progress()).as(status.toString()).isEqualTo(Progress.DONE);
        var all = new ByteArrayOutputStream();
        for (var etag : Objects.requireNonNull(status.saved()).etags()) {
            all.writeBytes(Objects.requireNonNull(TAKEN.get(etag.substring("tag-of-".length()))));
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_was_ordered_of_a_file_comes_in_as_many_parts_as_it_needs() {
        agent.run(sandbox, "printf 0123456789abcdefghijklmn > file; : > empty");

        assertThat(taken(deliver("whole", "file", 0, 24))).isEqualTo("0123456789abcdefghijklmn");
        assertThat(taken(deliver("small", "file", 0, 3))).isEqualTo("012");
        assertThat(taken(deliver("exact", "file", 0, 10))).isEqualTo("0123456789");
        assertThat(taken(deliver("middle", "file", 8, 12))).isEqualTo("89abcdefghij");

        var empty = deliver("empty", "empty", 0, 0);
        assertThat(taken(empty)).isEmpty();
        assertThat(Objects.requireNonNull(empty.saved()).etags()).hasSize(1);
    }

    @Test
    void of_a_file_that_has_changed_comes_what_there_is_and_no_more_than_was_ordered() {
        agent.run(sandbox, "printf 12345 > shorter; printf 1234567890 > longer");

        assertThat(taken(deliver("shorter", "shorter", 0, 8))).isEqualTo("12345");
        assertThat(taken(deliver("longer", "longer", 0, 8))).isEqualTo("12345678");
    }

    @Test
    void an_order_that_is_known_is_found_and_done_once() {
        agent.run(sandbox, "printf once > once");
        var order = order("once", "once", null, 0, 4);
        assertThat(taken(deliveries.deliver(sandbox, order))).isEqualTo("once");

        agent.run(sandbox, "printf more > once");
        assertThat(taken(deliveries.deliver(sandbox, order))).isEqualTo("once");

        deliveries.forget(sandbox, new SaveQuery(order.id(), 0));
        assertThat(taken(deliveries.deliver(sandbox, order))).isEqualTo("more");
    }

    @Test
    void what_cannot_be_read_or_brought_fails_as_it_does_elsewhere() {
        agent.run(sandbox, "mkdir directory; printf 1 > file1");

        assertThat(deliver("none", "none", 0, 1).code()).isEqualTo(ErrorCode.FILE_NOT_FOUND.number());
        assertThat(deliver("directory", "directory", 0, 1).code()).isEqualTo(ErrorCode.NOT_A_FILE.number());
        assertThat(deliver("refusing", "file1", 0, 1).code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
    }

    @Test
    void it_goes_on_without_whoever_ordered_it() {
        agent.run(sandbox, "printf slow > slow");
        var order = order("closed", "slow", null, 0, 4);
        var impatient = new DeliverFile(order.id(), order.path(), null, 0, 4, order.parts(), 10, 0);

        assertThat(deliveries.deliver(sandbox, impatient).isUnderWay()).isTrue();
        OPENED.countDown();

        assertThat(taken(deliveries.deliver(sandbox, order))).isEqualTo("slow");
    }
}
