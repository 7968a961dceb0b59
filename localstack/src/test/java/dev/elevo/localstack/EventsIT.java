package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.WebSocketHandshakeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code WS /events} on the local run, with real sandboxes. */
final class EventsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() {
        stack = SHARED.get();
    }

    @Test
    void a_life_is_told_in_order_and_to_its_own_organization_only() throws Exception {
        try (var listener = Listener.admin(stack);
                var stranger = new Listener(stack, Map.of("token", token("acme", "sandbox:read")))) {
            var id = stack.post(SANDBOXES, "{}").field("id");
            stack.delete(SANDBOXES + "/" + id + "?force=true");

            var told = listener.next(3);
            assertThat(told)
                    .extracting(Listener.Heard::change)
                    .containsExactly(
                            "creating from null: created",
                            "running from creating: created",
                            "deleted from running: api");
            assertThat(told)
                    .allSatisfy(one -> assertThat(one.data().get("sandboxId")).isEqualTo(id));
            stranger.say("{\"type\":\"ping\"}");
            assertThat(stranger.next().message()).containsEntry("type", "pong");
        }
    }

    @Test
    void a_filter_lets_only_its_own_through() throws Exception {
        try (var listener = new Listener(stack, Map.of("token", stack.adminKey(), "labels", "team=blue"))) {
            var other = stack.post(SANDBOXES, "{\"labels\":{\"team\":\"red\"}}").field("id");
            var wanted =
                    stack.post(SANDBOXES, "{\"labels\":{\"team\":\"blue\"}}").field("id");

            assertThat(listener.next(2))
                    .allSatisfy(one -> assertThat(one.data().get("sandboxId")).isEqualTo(wanted));
            stack.delete(SANDBOXES + "/" + other + "?force=true");
            stack.delete(SANDBOXES + "/" + wanted + "?force=true");
        }
    }

    @Test
    void who_is_not_let_in_gets_a_plain_answer() {
        assertThatThrownBy(() -> new Listener(stack, Map.of("token", "ewk_nobody")))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(401));
        assertThat(stack.get("/@connections/x").field("code")).isEqualTo("F40400");
        assertThat(stack.get("/api/v1/events").code()).isEqualTo(9008);
    }

    @Test
    void reconnecting_while_fifty_are_made_misses_nothing_and_repeats_nothing() throws Exception {
        var seen = new ArrayList<String>();
        List<String> made;
        try (var threads = Executors.newFixedThreadPool(6)) {
            var listener = Listener.admin(stack);
            var creations = IntStream.range(0, 50)
                    .mapToObj(i ->
                            threads.submit(() -> stack.post(SANDBOXES, "{}").field("id")))
                    .toList();
            while (seen.size() < 100) {
                var told = listener.next(Math.min(9, 100 - seen.size()));
                // What another test has deleted may be told here.
                told.stream()
                        .filter(one -> !"deleted".equals(one.data().get("state")))
                        .forEach(one -> seen.add(
                                one.data().get("sandboxId") + " " + one.data().get("state")));
                listener.close(); // without a word
                listener = Listener.after(stack, told.getLast().cursor());
            }
            listener.close();
            made = new ArrayList<>();
            for (var creation : creations) {
                made.add(creation.get());
            }
        }

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(made.stream()
                        .flatMap(id -> List.of(id + " creating", id + " running").stream())
                        .toList());
        made.forEach(id -> stack.delete(SANDBOXES + "/" + id + "?force=true"));
    }

    @Test
    void ten_bad_messages_end_it() throws Exception {
        try (var listener = Listener.admin(stack)) {
            for (int i = 0; i < 10; i++) {
                listener.say("nonsense");
            }

            assertThat(listener.next(10))
                    .allSatisfy(one -> assertThat(one.data().get("code")).isEqualTo(9005));
            assertThat(listener.closeCode()).isEqualTo(4400);
        }
    }

    /** How long after the answer of the call an event is there; printed, since it is what people ask. */
    @Test
    void an_event_is_there_soon_after_the_change() throws Exception {
        var latencies = new long[20];
        try (var listener = Listener.admin(stack)) {
            for (int i = 0; i < latencies.length; i++) {
                var id = stack.post(SANDBOXES, "{}").field("id");
                listener.next();
                listener.next();
                stack.delete(SANDBOXES + "/" + id + "?force=true");
                var answered = System.nanoTime();
                latencies[i] = Math.max(0, listener.next().at() - answered);
            }
        }
        Arrays.sort(latencies);
        System.out.printf(
                "event after the answer: p50 %.1f ms, worst %.1f ms%n",
                latencies[latencies.length / 2] / 1e6, latencies[latencies.length - 1] / 1e6);

        assertThat(latencies[latencies.length / 2]).as("p50 in ns").isLessThan(1_000_000_000L);
    }

    @Test
    void a_crash_of_everything_loses_no_event() throws Exception {
        String cursor;
        String id;
        try (var listener = Listener.admin(stack)) {
            id = stack.post(SANDBOXES, "{}").field("id");
            cursor = listener.next().cursor();
            listener.next();
            stack.crash();
        }
        stack.startAgain();

        try (var listener = Listener.after(stack, cursor)) {
            assertThat(listener.next().change()).isEqualTo("running from creating: created");
            stack.delete(SANDBOXES + "/" + id + "?force=true");
            assertThat(listener.next().change()).startsWith("deleted from ");
        }
    }

    private static String token(String organization, String scope) {
        try {
            var claims = new JWTClaimsSet.Builder()
                    .subject("user-1")
                    .claim("org", organization)
                    .claim("scopes", List.of(scope))
                    .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                    .build();
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(RunningStack.JWT_SECRET));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
