package dev.elevo.platform.deployment;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * What distinguishes this deployment from another.
 *
 * @param version of the software ({@code ELEVO_VERSION})
 * @param target the one place its sandboxes are made in ({@code ELEVO_TARGET}; in the cloud the stack sets it to the region)
 * @param domainName under which sandboxes have names of their own ({@code ELEVO_DOMAIN}); empty when they have none
 * @param sandboxesPerOrganization that are not deleted ({@code ELEVO_MAX_SANDBOXES})
 * @param snapshotsPerOrganization that are not deleted ({@code ELEVO_MAX_SNAPSHOTS})
 * @param volumesPerOrganization ({@code ELEVO_MAX_VOLUMES})
 * @param maxWaitMs the longest time one request may wait ({@code ELEVO_MAX_WAIT_MS}): a gateway ends it after 29 s
 */
@Singleton
public record Deployment(
        @Value("${elevo.version:dev}") String version,
        @Value("${elevo.target:local}") String target,
        @Value("${elevo.domain:}") String domainName,
        @Value("${elevo.max.sandboxes:100}") int sandboxesPerOrganization,
        @Value("${elevo.max.snapshots:100}") int snapshotsPerOrganization,
        @Value("${elevo.max.volumes:50}") int volumesPerOrganization,
        @Value("${elevo.max.wait.ms:25000}") int maxWaitMs) {

    public Optional<String> domain() {
        return Optional.of(domainName).filter(name -> !name.isBlank());
    }

    public Duration maxWait() {
        return Duration.ofMillis(maxWaitMs);
    }
}
