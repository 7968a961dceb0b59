package dev.elevo.functions.admin;

import java.util.Map;

/** What a client may expect of this deployment. */
final class Features {
    static final Map<String, Boolean> OFFERED =
            Map.of("pause", false, "gpu", false, "chown", false, "push", false, "streaming", false);

    private Features() {}
}
