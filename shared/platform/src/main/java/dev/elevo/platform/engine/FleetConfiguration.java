package dev.elevo.platform.engine;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * What sandboxes of this deployment are started as.
 *
 * @param images {@code template/MiB=arn@version}, with commas; the version may be left out
 * @param open connector of those with internet; empty is the region's own
 * @param blocked connector of those without; empty is none, and then there are none
 * @param ingress connector by which agents are reached; empty is the region's own
 * @param executionRole of MicroVMs; empty is none: there is nothing to steal then
 * @param logGroup for what they print; empty is nowhere
 * @param warm {@code template/MiB=count}, with commas: started ahead of need; empty is none
 * @param rolloverSeconds after which a MicroVM hands its sandbox to another one: it has eight hours
 * @param orphanGraceSeconds after which a MicroVM that no placement names is ended
 * @param startingSeconds until one must answer; measured are one to four, and the first start of an image on a host takes longer
 * @param scheme of their endpoints; a stand-in has no certificates
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
record FleetConfiguration(
        @Value("${elevo.microvm.images:}") String images,
        @Value("${elevo.microvm.egress.open:}") String open,
        @Value("${elevo.microvm.egress.blocked:}") String blocked,
        @Value("${elevo.microvm.ingress:}") String ingress,
        @Value("${elevo.microvm.execution.role:}") String executionRole,
        @Value("${elevo.microvm.log.group:}") String logGroup,
        @Value("${elevo.microvm.warm:}") String warm,
        @Value("${elevo.microvm.rollover.seconds:27000}") int rolloverSeconds,
        @Value("${elevo.microvm.orphan.grace.seconds:600}") int orphanGraceSeconds,
        @Value("${elevo.microvm.starting.seconds:45}") int startingSeconds,
        @Value("${elevo.microvm.scheme:https}") String scheme,
        @Value("${aws.region:us-east-1}") String region) {

    /** All that AWS gives one. */
    static final Duration LIFE = Duration.ofHours(8);

    Duration rollover() {
        return Duration.ofSeconds(rolloverSeconds);
    }

    Duration orphanGrace() {
        return Duration.ofSeconds(orphanGraceSeconds);
    }

    Duration starting() {
        return Duration.ofSeconds(startingSeconds);
    }

    String ingressConnector() {
        return ingress.isBlank() ? managed("HTTP_INGRESS") : ingress;
    }

    String openConnector() {
        return open.isBlank() ? managed("INTERNET_EGRESS") : open;
    }

    private String managed(String name) {
        return "arn:aws:lambda:" + region + ":aws:network-connector:aws-network-connector:" + name;
    }
}
