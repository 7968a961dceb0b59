package dev.elevo.functions.admin;

import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.sandbox.Isolation;
import java.util.Map;

/** What a client may expect of this deployment. */
final class Features {
    private Features() {}

    /** @param push whether somebody brings messages to devices */
    static Map<String, Boolean> of(HostInfo offer, boolean push) {
        var hasUsers = offer.isolation() != Isolation.PROCESS;
        return Map.of("pause", offer.pause(), "gpu", false, "chown", hasUsers, "push", push, "streaming", true);
    }
}
