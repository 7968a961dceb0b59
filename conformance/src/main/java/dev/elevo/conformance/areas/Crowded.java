package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.World;

/** A sandbox in which as many processes run as may. */
final class Crowded {
    private static final int MOST = 110;

    private Crowded() {}

    static Box box(World w) {
        return w.boxed(w.lab()
                .lasting(
                        "crowded",
                        box -> {
                            for (var i = 0; i < MOST; i++) {
                                if (box.post("/process/spawn", "command", "sleep 3000")
                                                .code()
                                        == 9006) {
                                    return;
                                }
                            }
                        },
                        "autoStopMinutes",
                        0));
    }
}
