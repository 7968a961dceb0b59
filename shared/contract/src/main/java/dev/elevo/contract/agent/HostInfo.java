package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.Isolation;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * What one host offers.
 *
 * @param runtime what isolates, in words: such as {@code crun, root}
 */
@Serdeable
public record HostInfo(
        String version, Isolation isolation, String runtime, Map<String, Boolean> enforced, List<String> templates) {}
