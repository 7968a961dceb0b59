package dev.elevo.platform.streams;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

/**
 * By whose right agents write to connections of API Gateway.
 *
 * @param role that may write to all of the area's, and is given away for one of them at a time ({@code ELEVO_STREAMS_ROLE})
 * @param stage whose connections they are: an ARN without what is done to which ({@code ELEVO_STREAMS_STAGE})
 * @param endpoint of STS instead of the region's own ({@code ELEVO_STS_ENDPOINT}); empty on AWS
 * @param region to sign for
 */
@Singleton
@Requires(property = RoleConfiguration.ROLE)
record RoleConfiguration(
        @Value("${" + ROLE + "}") String role,
        @Value("${elevo.streams.stage}") String stage,
        @Value("${elevo.sts.endpoint:}") String endpoint,
        @Value("${aws.region:us-east-1}") String region) {
    static final String ROLE = "elevo.streams.role";

    String url() {
        return (endpoint.isBlank() ? "https://sts." + region + ".amazonaws.com" : endpoint) + "/";
    }
}
