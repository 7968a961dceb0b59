package dev.elevo.conformance.areas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Stream;
import java.util.Map;
import java.util.function.Function;

/** 4.7: what becomes of sandboxes, as it happens; and what 4.3 says of every stream. */
final class Events extends Area {
    Events() {
        super("events");
        endpoint("GET /events");
        statement("4.7: each change once, with the state before and the reason, deleted too", w -> {
            var mark = w.name("mark");
            try (var stream = w.api().stream("/events?labels=mark=" + mark)) {
                alive(stream);
                var box = w.own("labels", Map.of("mark", mark));
                told(stream, box.id(), "running");
                box.post("/pause").is(200);
                var paused = told(stream, box.id(), "paused");
                Expect.that(paused.at("/data/previousState").asText().equals("running"), "previousState; " + paused);
                Expect.that(paused.at("/data/reason").asText().equals("api"), "reason; " + paused);
                box.delete("?force=true").is(204);
                told(stream, box.id(), "deleted");
            }
        });
        statement("4.7: the filter of the address keeps others out", w -> {
            var box = w.own();
            try (var stream = w.api().stream("/events?sandboxId=" + box.id())) {
                alive(stream);
                w.own().delete("?force=true").is(204);
                box.post("/stop", "force", true).is(200);
                told(stream, box.id(), "stopped");
                alive(stream);
            }
        });
        statement("4.7: subscribe adds a filter under an id, unsubscribe takes it back", w -> {
            var box = w.own();
            try (var stream = w.api().stream("/events?sandboxId=sbx-000000000000")) {
                stream.say("type", "subscribe", "id", "mine", "data", Map.of("sandboxId", box.id()));
                stream.awaitEvent(
                        "subscribed", event -> event.path("id").asText().equals("mine"));
                box.post("/stop", "force", true).is(200);
                var event = told(stream, box.id(), "stopped");
                Expect.that(event.path("id").asText().equals("mine"), "the id of the subscription; " + event);
                stream.say("type", "unsubscribe", "id", "mine");
                stream.awaitEvent("unsubscribed", one -> one.path("id").asText().equals("mine"));
            }
        });
        statement(
                "4.7: with the cursor of a pong or of an event a client that comes back is told what it missed", w -> {
                    var box = w.own();
                    var filter = "/events?sandboxId=" + box.id();
                    var place = placeOf(w.api().stream(filter), Events::alive);
                    box.post("/stop", "force", true).is(200);
                    var later = placeOf(
                            w.api().stream(filter + "&cursor=" + place), stream -> told(stream, box.id(), "stopped"));
                    box.delete("?force=true").is(204);
                    placeOf(w.api().stream(filter + "&cursor=" + later), stream -> told(stream, box.id(), "deleted"));
                });
        statement("4.3: a bad filter is error 9004, unreadable JSON 9005, a binary frame closes with 1003", w -> {
            try (var stream = w.api().stream("/events")) {
                stream.say("type", "subscribe", "id", "bad", "data", Map.of("labels", "nonsense"));
                stream.await("error", error -> error.at("/data/code").asInt() >= 9004);
                stream.sayText("nonsense");
                stream.awaitError(9005);
                stream.sayBinary();
                stream.awaitClose(1003);
            }
        });
        statement("4.1: ?stream= names it where a front end knows one path only, with ?token=", w -> {
            try (var stream = w.api().atRoot().tokenStream("/?stream=%2Fapi%2Fv1%2Fevents")) {
                alive(stream);
            }
        });
        statement("1.3: ?token= in the address opens it, a bad one is 1004", w -> {
            try (var stream = w.api().tokenStream("/events")) {
                alive(stream);
            }
            w.stranger().handshake("/events?token=nonsense").fails(1004);
        });
    }

    private static JsonNode told(Stream stream, String sandbox, String state) {
        return stream.awaitEvent(
                "sandbox_status",
                event -> event.at("/data/sandboxId").asText().equals(sandbox)
                        && event.at("/data/state").asText().equals(state));
    }

    private static JsonNode alive(Stream stream) {
        stream.say("type", "ping", "id", "alive");
        return stream.await("pong", pong -> pong.path("id").asText().equals("alive") && pong.has("timestamp"));
    }

    /** Where a client that leaves after that goes on. */
    private static String placeOf(Stream stream, Function<Stream, JsonNode> last) {
        try (stream) {
            var message = last.apply(stream);
            Expect.that(!message.path("cursor").asText().isEmpty(), "a cursor; " + message);
            return message.path("cursor").asText();
        }
    }
}
