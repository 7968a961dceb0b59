package dev.elevo.functions.sandboxes;

import dev.elevo.platform.snapshot.Origin;
import java.util.Map;

/** What holds where a client says nothing. */
final class Defaults {
    static final String TEMPLATE = "base";
    static final String WORK_DIR = "/home/user";
    static final String USER = "user";
    static final String SHELL = "/bin/bash";
    static final int TIMEOUT_MS = 3_600_000;
    static final int AUTO_STOP_MINUTES = 30;
    static final Map<String, String> NO_WORDS = Map.of();

    static final Origin ORIGIN = new Origin(TEMPLATE, NO_WORDS, WORK_DIR, USER, SHELL, 0);

    private Defaults() {}
}
