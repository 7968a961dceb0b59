package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Section 1: headers, credentials, idempotency, limits and origins. */
final class Conventions extends Area {
    /** Failed authentications of an address that no bucket of sixty lets through. */
    private static final int MANY_MORE = 500;

    Conventions() {
        super("conventions");
        headers();
        credentials();
        idempotency();
        limits();
        ofAnAddress();
        origins();
        answers();
    }

    private void headers() {
        endpoint("GET /config");
        statement("1.2: a request id is kept when it is one, and replaced when it is not", w -> {
            w.api().with("X-Request-ID", "mine-1").get("/config").hasHeader("X-Request-ID", "mine-1");
            w.api()
                    .with("X-Request-ID", "not mine")
                    .get("/config")
                    .fits("is another", answer -> answer.header("X-Request-ID").matches("req-[a-z0-9]{12}"));
            w.api().with("X-Request-ID", "mine-2").get("/sandboxes/none").has("/error/requestId", "mine-2");
        });
        statement("1.2: what is left of the limit is on every answer", w -> {
            for (var answer : List.of(w.api().get("/config"), w.api().get("/sandboxes/none"))) {
                answer.fits("the limit", one -> Integer.parseInt(one.header("X-RateLimit-Limit")) > 0)
                        .fits("what remains", one -> Integer.parseInt(one.header("X-RateLimit-Remaining")) >= 0)
                        .fits(
                                "when it is full",
                                one -> Long.parseLong(one.header("X-RateLimit-Reset")) > 1_600_000_000L);
            }
        });
    }

    private void credentials() {
        endpoint("GET /users/me");
        statement("1.3: every form of the table", w -> {
            var key = w.key(w.api(), "sandbox:read").field("key");
            w.stranger().with("Authorization", "Bearer " + key).get("/users/me").is(200);
            w.stranger().with("Authorization", "ApiKey " + key).get("/users/me").is(200);
            w.stranger().with("X-API-Key", key).get("/users/me").is(200);
            w.stranger().get("/users/me?api_key=" + key).is(200);
        });
        statement("1.3: the first form that is there decides, and an unknown scheme is 1001", w -> {
            var key = w.key(w.api(), "sandbox:read").field("key");
            w.stranger()
                    .with("Authorization", "Bearer nonsense")
                    .with("X-API-Key", key)
                    .get("/users/me")
                    .fails(1004);
            w.stranger()
                    .with("Authorization", "Basic eDp5")
                    .with("X-API-Key", key)
                    .get("/users/me")
                    .fails(1001)
                    .reason("unsupported_scheme");
            w.stranger().get("/users/me").fails(1001).reason("missing_credentials");
            w.stranger().with("Authorization", "Bearer a.b.c").get("/users/me").fails(1004);
        });
        endpoint("GET /sandboxes");
        statement("1.3: granted scopes are globs, and write does not imply read", w -> {
            w.keyed("sandbox:*").get("/sandboxes?limit=1").is(200);
            w.keyed("*:read").get("/sandboxes?limit=1").is(200);
            w.keyed("sandbox:rea?").get("/sandboxes?limit=1").is(200);
            w.keyed("sandbox:write")
                    .get("/sandboxes?limit=1")
                    .fails(1005)
                    .has("/error/details/granted", List.of("sandbox:write"));
        });
    }

    private void idempotency() {
        endpoint("POST /sandboxes/{id}/process/run");
        statement("1.4: a repeat gets the first answer and does nothing else", w -> {
            var file = w.path();
            var once = w.box().caller().with("X-Idempotency-Key", w.name("once"));
            var command = "echo x >> " + file + "; wc -l < " + file;
            var first = once.post("/process/run", "command", command).is(200).has("/stdout", "1\n");
            once.post("/process/run", "command", command)
                    .is(200)
                    .hasHeader("X-Idempotent-Replayed", "true")
                    .fits("the same", again -> again.text().equals(first.text()));
        });
        statement("1.4: a repeat while the first still runs is 9009 with in_progress", w -> {
            var once = w.box().caller().with("X-Idempotency-Key", w.name("once"));
            var mark = "sleep 2.1" + Math.floorMod(w.path().hashCode(), 100);
            var first = Thread.ofVirtual().start(() -> once.post("/process/run", "command", mark));
            w.eventually("it runs", () -> w.box().get("/process").text().contains(mark));
            once.post("/process/run", "command", mark).fails(9009).reason("in_progress");
            first.join();
        });
        endpoint("POST /sandboxes");
        statement("1.4: a refusal is repeated too", w -> {
            var once = w.api().with("X-Idempotency-Key", w.name("once"));
            once.post("/sandboxes", "name", "-").fails(9004);
            once.post("/sandboxes", "name", "-").fails(9004).hasHeader("X-Idempotent-Replayed", "true");
        });
    }

    private void limits() {
        endpoint("GET /sandboxes/{id}");
        statement("1.5: never more than the limit, and 9003 tells when to come again", w -> {
            var narrow = w.as(w.lab().narrowKey()).impatient();
            var answers = java.util.stream.Stream.generate(() -> narrow.get("/sandboxes/none"))
                    .limit(8)
                    .toList();
            var passed =
                    answers.stream().filter(answer -> answer.code() != 9003).count();
            Expect.that(passed >= 5 && passed <= 6, "five a minute pass, not " + passed);
            answers.getLast()
                    .fails(9003)
                    .hasHeader("X-RateLimit-Limit", "5")
                    .hasHeader("X-RateLimit-Remaining", "0")
                    .has("/error/details/limit", 5)
                    .has("/error/details/remaining", 0)
                    .has("/error/details/resetAt")
                    .fits("a time to wait", answer -> Integer.parseInt(answer.header("Retry-After")) >= 1);
        });
    }

    private void answers() {
        endpoint("GET /sandboxes/{id}");
        statement("1.7: times are told in UTC, with milliseconds", w -> {
            var shown = w.box().get("").is(200).json();
            for (var field : List.of("createdAt", "startedAt", "lastActivityAt")) {
                var time = shown.path(field).asText();
                Expect.that(
                        time.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"), field + ", not " + time);
            }
        });
        endpoint("POST /users/me/api-keys");
        statement("1.7: a time may be given without a fraction, and with an offset", w -> {
            var made = w.api()
                    .post("/users/me/api-keys", "name", w.name("key"), "expiresAt", "2099-01-01T02:00:00+02:00")
                    .is(201);
            w.later(() -> w.api().delete("/users/me/api-keys/" + made.field("id")));
            made.has("/expiresAt", "2099-01-01T00:00:00.000Z");
        });
        endpoint("DELETE /users/me/api-keys/{id}");
        statement("1.7: 204 has an empty body", w -> {
            var made = w.api()
                    .post("/users/me/api-keys", "name", w.name("key"))
                    .is(201)
                    .field("id");
            w.api()
                    .delete("/users/me/api-keys/" + made)
                    .is(204)
                    .fits("nothing in it", answer -> answer.text().isEmpty());
        });
        endpoint("POST /sandboxes/{id}/activity");
        statement(
                "1.7: an action without a resource says that it succeeded, and a message",
                w -> w.box()
                        .post("/activity")
                        .is(200)
                        .has("/success", true)
                        .fits("a message", answer -> !answer.field("message").isEmpty()));
    }

    private void ofAnAddress() {
        endpoint("GET /users/me");
        statement(
                "1.5: sixty failed authentications a minute of an address; then who is not known is not looked up",
                w -> {
                    var known = w.key(w.api(), "sandbox:read").field("key");
                    var newcomer = w.newcomer();
                    newcomer.with("X-API-Key", known).get("/users/me").is(200);

                    var begun = System.nanoTime();
                    var failed = 0;
                    while (failed < MANY_MORE && newcomer.get("/users/me").code() == 1001) {
                        failed++;
                    }

                    var most = 61 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
                    Expect.that(failed >= 60 && failed <= most, "60 and one for each second, not " + failed);
                    w.eventually("that a new key is turned away unread", () -> {
                        var unknown = w.key(w.api(), "sandbox:read").field("key");
                        // A token comes each second: whoever takes it leaves none for who follows.
                        newcomer.get("/users/me");
                        return newcomer.with("X-API-Key", unknown)
                                        .get("/users/me")
                                        .code()
                                == 9003;
                    });
                    newcomer.with("X-API-Key", known).get("/users/me").is(200);
                });
    }

    private void origins() {
        endpoint("POST /sandboxes");
        statement(
                "1.2: a preflight is answered without a credential",
                w -> w.stranger()
                        .with("Origin", "https://example.org")
                        .with("Access-Control-Request-Method", "POST")
                        .with("Access-Control-Request-Headers", "x-api-key,x-idempotency-key")
                        .call("OPTIONS", "/sandboxes")
                        .is(200, 204)
                        .fits(
                                "the origin is allowed",
                                answer -> !answer.header("Access-Control-Allow-Origin")
                                        .isEmpty()));
        endpoint("GET /sandboxes");
        statement("1.8: the checks come in their order: 401, 403, 400, 422, 404", w -> {
            var nothing = w.keyed("nothing:here");
            var wrong = "/sandboxes/none/process/run";
            w.stranger().send("POST", wrong, "application/json", "{").fails(1001);
            nothing.send("POST", wrong, "application/json", "{").fails(1005);
            w.api().send("POST", wrong, "application/json", "{").fails(9005);
            w.api().post(wrong, "command", "").fails(9004).has("/error/details/fields/0/field", "command");
            w.api().post(wrong, "command", "true").fails(2001).has("/error/details", Map.of("sandboxId", "none"));
        });
    }
}
