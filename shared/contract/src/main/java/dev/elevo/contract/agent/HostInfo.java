package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one host offers.
 *
 * @param runtime what isolates, in words: such as {@code crun, root}
 * @param pause whether sandboxes can be frozen
 * @param internet whether a sandbox that wants to can be on a network; its operator may have none of it
 * @param door a Unix socket at which connections of clients are taken over; null where none are
 * @param sizes that a sandbox can have, the smallest first; null where it can have any
 */
@Serdeable
public record HostInfo(
        String version,
        Isolation isolation,
        String runtime,
        Map<String, Boolean> enforced,
        boolean pause,
        boolean internet,
        List<String> templates,
        @Nullable String door,
        @Nullable List<Resources> sizes) {

    public HostInfo(
            String version,
            Isolation isolation,
            String runtime,
            Map<String, Boolean> enforced,
            boolean pause,
            boolean internet,
            List<String> templates,
            @Nullable String door) {
        this(version, isolation, runtime, enforced, pause, internet, templates, door, null);
    }

    /** The same, with a door. */
    public HostInfo at(String door) {
        return new HostInfo(version, isolation, runtime, enforced, pause, internet, templates, door, sizes);
    }
}
