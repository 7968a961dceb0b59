package dev.elevo.s3;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

/** Where files of sandboxes wait for their next machine, and for whoever fetches them ({@code ELEVO_WORKSPACES_BUCKET}); where machines stay there is none. */
@Factory
final class WorkspacesFactory {
    private static final String BUCKET = "elevo.workspaces.bucket";

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = BUCKET)
    S3BlobAddresses bucket(
            @Value("${" + BUCKET + "}") String bucket,
            @Value("${elevo.workspaces.endpoint:}") String endpoint,
            @Value("${aws.region:us-east-1}") String region) {
        return S3BlobAddresses.open(bucket, region, endpoint);
    }
}
