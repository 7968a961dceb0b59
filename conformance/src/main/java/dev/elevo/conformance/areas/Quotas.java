package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Caller;
import dev.elevo.conformance.dsl.World;

/** The organization with room for one sandbox. */
final class Quotas {
    private Quotas() {}

    /** The one it has; whoever comes first makes it, and the run takes it away. */
    static String one(World w, Caller full) {
        full.post("/sandboxes", "name", "conf-only", "autoStopMinutes", 0);
        w.eventually(
                "the only sandbox",
                () -> full.get("/sandboxes/conf-only").field("state").equals("running"));
        return full.get("/sandboxes/conf-only").is(200).field("id");
    }
}
