package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Stream;
import dev.elevo.conformance.dsl.World;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** 4.6: changes of files as they happen. */
final class Watch extends Area {
    Watch() {
        super("watch");
        endpoint("GET /sandboxes/{id}/files/watch");
        statement("4.6: with path in the address it begins at once, as subscription default", w -> {
            var dir = directory(w);
            try (var stream = w.box().caller().stream("/files/watch?recursive=true&path=" + dir)) {
                subscribed(stream, "default");
                w.box().write(dir + "/new", "x");
                told(stream, "created", dir + "/new");
                w.box()
                        .post("/files/write", "path", dir + "/new", "content", "y", "append", true)
                        .is(200);
                told(stream, "modified", dir + "/new");
                w.box()
                        .post("/files/move", "src", dir + "/new", "dst", dir + "/old")
                        .is(200);
                var renamed = stream.awaitEvent(
                        "renamed", event -> event.at("/data/path").asText().equals(dir + "/old"));
                Expect.that(
                        renamed.at("/data/oldPath").asText().equals(dir + "/new"), "renamed has oldPath; " + renamed);
                w.box().delete("/files?path=" + dir + "/old").is(204);
                told(stream, "deleted", dir + "/old");
            }
        });
        statement(
                "4.6: subscribe and unsubscribe are acknowledged with their id; a path that is not there is error 3001",
                w -> {
                    var dir = directory(w);
                    try (var stream = w.box().caller().stream("/files/watch")) {
                        stream.say("type", "subscribe", "id", "mine", "data", Map.of("path", dir));
                        subscribed(stream, "mine");
                        stream.say("type", "subscribe", "id", "bad", "data", Map.of("path", "/tmp/not-there"));
                        var error = stream.awaitError(3001);
                        Expect.that(error.path("id").asText().equals("bad"), "the error repeats the id; " + error);
                        stream.say("type", "subscribe", "id", "bad", "data", Map.of("path", dir));
                        subscribed(stream, "bad");
                        stream.say("type", "unsubscribe", "id", "mine");
                        stream.awaitEvent(
                                "unsubscribed",
                                event -> event.at("/data/reason").asText().equals("requested"));
                        stream.say("type", "ping", "id", "p");
                        stream.await("pong", pong -> pong.path("id").asText().equals("p"));
                    }
                });
        statement("4.6: equal modified events of one path within 100 ms are one", w -> {
            var dir = directory(w);
            w.box().write(dir + "/file", "");
            try (var stream = w.box().caller().stream("/files/watch?path=" + dir)) {
                subscribed(stream, "default");
                var begun = System.nanoTime();
                // Apart from one another, or the kernel itself would make one of them.
                w.box()
                        .run("for i in $(seq 40); do echo $i >> " + dir + "/file; sleep 0.01; done; echo > " + dir
                                + "/last");
                told(stream, "modified", dir + "/file");
                told(stream, "modified", dir + "/last");
                var changes = stream.all(
                        "event",
                        event -> event.at("/data/event").asText().equals("modified")
                                && event.at("/data/path").asText().equals(dir + "/file"));
                var most = 2 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 100;
                Expect.that(changes.size() <= most, "at most " + most + " and not " + changes.size());
            }
        });
        statement("4.6: the eleventh subscription is error 9006", w -> {
            var dir = directory(w);
            try (var stream = w.box().caller().stream("/files/watch")) {
                for (var i = 0; i < 11; i++) {
                    stream.say("type", "subscribe", "id", "s" + i, "data", Map.of("path", dir));
                }
                stream.awaitError(9006);
            }
        });
        statement(
                "4.6: a path in the address that is not there fails the handshake with 3001",
                w -> w.box()
                        .caller()
                        .handshake("/files/watch?path=/tmp/not-there")
                        .fails(3001));
        statement(
                "4.6: a directory one may not see is 3004",
                w -> w.box().caller().handshake("/files/watch?path=/root").fails(3004));
        endpoint("POST /sandboxes/{id}/files/watch/ticket");
        statement("2.10: names the same stream without the gateway", w -> {
            var dir = directory(w);
            var ticket = w.box()
                    .caller()
                    .post("/files/watch/ticket?path=" + dir)
                    .is(201)
                    .has("/expiresAt");
            try (var stream = Stream.at(ticket.field("url"), ticket.at("/protocols"))) {
                subscribed(stream, "default");
                w.box().write(dir + "/direct", "");
                told(stream, "created", dir + "/direct");
            }
        });
        statement(
                "2.10: 3001 for a path that is not there",
                w -> w.box().post("/files/watch/ticket?path=/tmp/not-there").fails(3001));
    }

    private static String directory(World w) {
        var dir = w.path();
        w.box().post("/files/mkdir", "path", dir).is(201);
        return dir;
    }

    private static void subscribed(Stream stream, String id) {
        stream.awaitEvent("subscribed", event -> event.path("id").asText().equals(id));
    }

    private static void told(Stream stream, String event, String path) {
        stream.awaitEvent(event, message -> message.at("/data/path").asText().equals(path));
    }
}
