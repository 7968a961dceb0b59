package dev.elevo.functions.admin;

import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.sandbox.Isolation;
import java.util.Map;

/** What a client may expect of this deployment. */
final class Features {
    private Features() {}

    static Map<String, Boolean> of(HostInfo offer) {
        var hasUsers = offer.isolation() != Isolation.PROCESS;
        return Map.of("pause", offer.pause(), "gpu", false, "chown", hasUsers, "push", false, "streaming", true);
    }
}
