package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.gateway.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Very many of everything. */
final class Floods {
    private static final int GUESSES = 10_000;
    private static final int AT_ONCE = 32;
    private static final int FAILURES_A_MINUTE = 60;
    private static final int SILENT = 500;
    private static final int TRIES = 5;
    private static final int RATE_LIMITED = 9003;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final String THE_FLOODS = "127.88.0.1";

    private Floods() {}

    static List<Attempt> attempts() {
        return List.of(
                new Attempt(
                        Who.STRANGER,
                        "500 connections that say nothing",
                        "others are answered all the same",
                        Floods::saysNothing),
                new Attempt(
                        Who.STRANGER,
                        "10 000 keys guessed from one address",
                        "60 a minute are looked at, 9003 beyond; who was known before goes on",
                        Floods::guesses));
    }

    private static void saysNothing(Ground ground) throws IOException {
        var silent = new ArrayList<RawClient>();
        try {
            for (var i = 0; i < SILENT; i++) {
                silent.add(ground.connect());
            }
            ground.assertUsable(ground.shared());
        } finally {
            for (var client : silent) {
                client.close();
            }
        }
    }

    private static void guesses(Ground ground) throws Exception {
        try (var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .localAddress(InetAddress.getByName(THE_FLOODS))
                        .build();
                var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var owner = ground.stack().adminKey();
            assertThat(status(ground, client, owner, "")).isEqualTo(200);
            var begin = System.nanoTime();

            var guesses = threads.invokeAll(IntStream.range(0, GUESSES)
                    .<Callable<Integer>>mapToObj(i -> () ->
                            status(ground, client, "ewk_" + "%043d".formatted(i), "10.1." + i % 250 + "." + i / 250))
                    .toList());

            var statuses = new ArrayList<Integer>();
            for (var guess : guesses) {
                statuses.add(guess.get());
            }
            var seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
            assertThat(statuses).containsOnly(401, TOO_MANY_REQUESTS);
            assertThat(statuses.stream().filter(status -> status == 401).count())
                    .isBetween(1L, (long) (FAILURES_A_MINUTE + FAILURES_A_MINUTE * seconds / 60) + 1);
            assertThat(status(ground, client, owner, "")).isEqualTo(200);
            assertThat(IntStream.range(0, TRIES).anyMatch(i -> isNotLookedAt(ground, client, "newcomer-" + i)))
                    .as("who was not known before is not looked at now")
                    .isTrue();
            assertThat(ground.asStranger("GET", Ground.SANDBOXES, "", "Authorization", Ground.bearer("new-here", "*"))
                            .status())
                    .as("from another address")
                    .isEqualTo(200);
        }
    }

    /** Right after a guess that was refused for its number: the next is looked at only if its second has come just now. */
    private static boolean isNotLookedAt(Ground ground, HttpClient client, String newcomer) {
        int guess;
        do {
            try {
                guess = status(ground, client, "ewk_" + "B".repeat(43), "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        } while (guess != TOO_MANY_REQUESTS);
        var answer =
                ground.from(THE_FLOODS, "GET", Ground.SANDBOXES, "", "Authorization", Ground.bearer(newcomer, "*"));
        return answer.code() == RATE_LIMITED;
    }

    /** @param claimed the address that he would like to be taken for */
    private static int status(Ground ground, HttpClient client, String key, String claimed)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + ground.gatewayPort() + Ground.SANDBOXES + "?limit=1"))
                .timeout(Duration.ofSeconds(30))
                .header("X-API-Key", key);
        if (!claimed.isEmpty()) {
            request.header("X-Forwarded-For", claimed);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
