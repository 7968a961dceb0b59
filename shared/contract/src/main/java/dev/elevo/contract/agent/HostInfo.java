package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.Isolation;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * What one host offers.
 *
 * @param runtime what isolates, in words: such as {@code crun, root}
 * @param pause whether sandboxes can be frozen
 * @param internet whether a sandbox that wants to can be on a network; its operator may have none of it
 */
@Serdeable
public record HostInfo(
        String version,
        Isolation isolation,
        String runtime,
        Map<String, Boolean> enforced,
        boolean pause,
        boolean internet,
        List<String> templates) {}
