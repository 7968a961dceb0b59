package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.health.HealthChecks;
import dev.elevo.agent.network.Networks;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.Map;
import java.util.Optional;

/** What this host can make. What it cannot is refused: a limit that is silently not there is worse than none. */
public final class Acceptance {
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
        if (!driver.hasRoom()) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED, "The host's disk is nearly full", Map.of("resource", "disk"))
                    .asException();
        }
        for (var limit : spec.requireEnforced()) {
            if (!driver.enforced().getOrDefault(limit, false)) {
                throw notOffered("requireEnforced." + limit, driver);
            }
        }
        var missing = driver.lacks(spec);
        if (missing.isPresent()) {
            throw notOffered(missing.get(), driver);
        }
        check(spec.network(), driver);
        HealthChecks.require(spec);
    }

    static void check(NetworkConfig network, IsolationDriver driver) {
        var refusal = refusal(network, driver);
        if (refusal.isPresent()) {
            throw notOffered("network." + refusal.get().field(), refusal.get().value(), driver);
        }
    }

    private static Optional<Networks.Refusal> refusal(NetworkConfig network, IsolationDriver driver) {
        try {
            return driver.refuses(network);
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("network", String.valueOf(e.getMessage()), null)
                    .causedBy(e);
        }
    }

    public static RuntimeException notOffered(String feature, IsolationDriver driver) {
        return notOffered(feature, "", driver);
    }

    /** @param value of the feature, if only that one is not to be had */
    private static RuntimeException notOffered(String feature, String value, IsolationDriver driver) {
        return new Failure.Refused(
                        ErrorCode.NOT_IMPLEMENTED,
                        "This host does not offer " + feature + (value.isEmpty() ? "" : " " + value),
                        Map.of(
                                "feature",
                                feature,
                                "isolation",
                                driver.isolation().label()))
                .asException();
    }
}
