package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import java.util.ArrayList;
import java.util.List;

/** 4.9: how those are left who do not do their part of a stream. It takes as long as one must be silent. */
final class Farewells extends Area {
    /** Twice what 4.3 gives a client, for one who looks at his clients now and then only. */
    private static final int MOST_PINGS = 9;

    private static final int BETWEEN_PINGS_SECONDS = 20;
    private static final List<Integer> STANDS_SECONDS = List.of(5, 7, 9, 12, 15, 20, 30);

    Farewells() {
        super("farewells");
        endpoint("GET /events");
        statement("4.9: 4408 for who says nothing for 90 s, and who pings stays", w -> {
            var begun = System.nanoTime();
            try (var silent = w.api().stream("/events");
                    var alive = w.api().stream("/events")) {
                for (var i = 0; i < MOST_PINGS && !silent.isClosedWithin(BETWEEN_PINGS_SECONDS); i++) {
                    alive.say("type", "ping", "id", "ping " + i);
                }
                silent.awaitClose(4408);
                Expect.that(System.nanoTime() - begun > 90_000_000_000L, "not before its time");
                alive.say("type", "ping", "id", "last");
                alive.await("pong", pong -> pong.path("id").asText().equals("last"));
            }
        });
        endpoint("GET /sandboxes/{id}/process/{pid}/stream");
        statement("4.9: 1013 for who does not read what waits for him", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "seq 1 2500000")
                    .is(201)
                    .field("pid");
            var codes = new ArrayList<Integer>();
            // How long one must stand still is not said. After too short a time one comes to the end;
            // after too long a one nobody waits any more until one has read what he is told.
            for (var seconds : STANDS_SECONDS) {
                try (var reader = w.box().caller().slowReader("/process/" + pid + "/stream")) {
                    codes.add(reader.standStill(seconds).readToEnd());
                }
                if (codes.getLast() == 1013) {
                    return;
                }
            }
            Expect.that(false, "closed with 1013, not " + codes);
        });
    }
}
