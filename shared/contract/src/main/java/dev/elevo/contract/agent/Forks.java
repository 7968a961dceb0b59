package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * Sandboxes that begin with the files of another.
 *
 * @param secrets the text of each {@link SandboxSecret}, by the sandbox's id
 */
@Serdeable
public record Forks(List<SandboxSpec> specs, Map<String, String> secrets) {
    public Forks {
        specs = List.copyOf(specs);
        secrets = Map.copyOf(secrets);
    }
}
