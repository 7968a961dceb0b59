package dev.elevo.functions.admin;

import dev.elevo.contract.agent.HostInfo;
import java.util.Map;

/** What a client may expect of this deployment. */
final class Features {
    private Features() {}

    static Map<String, Boolean> of(HostInfo offer) {
        return Map.of("pause", offer.pause(), "gpu", false, "chown", false, "push", false, "streaming", true);
    }
}
