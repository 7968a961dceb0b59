package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.health.HealthChecks;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this host can make. What it cannot is refused: a limit that is silently not there is worse than none. */
final class Acceptance {
    private Acceptance() {}

    static void check(SandboxSpec spec, IsolationDriver driver) {
        if (!Ids.SANDBOX.matches(spec.id())) {
            throw Failure.Invalid.field("id", "must be the id of a sandbox", spec.id())
                    .asException();
        }
        if (!driver.templates().contains(spec.template())) {
            throw new Failure.Refused(
                            ErrorCode.TEMPLATE_NOT_FOUND, "No such template", Map.of("template", spec.template()))
                    .asException();
        }
        for (var limit : spec.requireEnforced()) {
            if (!driver.enforced().getOrDefault(limit, false)) {
                throw notOffered("requireEnforced." + limit, driver);
            }
        }
        checkNetwork(spec.network(), driver);
        HealthChecks.require(spec);
    }

    static void checkNetwork(NetworkConfig network, IsolationDriver driver) {
        var extra = unknownToNetwork(network);
        if (extra != null) {
            throw notOffered("network." + extra, driver);
        }
    }

    private static @Nullable String unknownToNetwork(NetworkConfig network) {
        if (holds(network.allowedCIDRs())) {
            return "allowedCIDRs";
        }
        if (holds(network.deniedCIDRs())) {
            return "deniedCIDRs";
        }
        return holds(network.allowedDomains()) ? "allowedDomains" : null;
    }

    private static boolean holds(@Nullable Collection<?> list) {
        return list != null && !list.isEmpty();
    }

    static RuntimeException notOffered(String feature, IsolationDriver driver) {
        return new Failure.Refused(
                        ErrorCode.NOT_IMPLEMENTED,
                        "This host does not offer " + feature,
                        Map.of(
                                "feature",
                                feature,
                                "isolation",
                                driver.isolation().label()))
                .asException();
    }
}
