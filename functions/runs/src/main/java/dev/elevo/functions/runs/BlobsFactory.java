package dev.elevo.functions.runs;

import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.FileBlobStore;
import dev.elevo.s3.LateHttp;
import dev.elevo.s3.S3BlobStore;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Where artifacts lie: in a bucket ({@code ELEVO_BLOBS_BUCKET}), or in a directory of this machine ({@code ELEVO_BLOBS_DIRECTORY}). */
@Factory
final class BlobsFactory {
    private static final String BUCKET = "elevo.blobs.bucket";

    /** Several processes of this function may write there. */
    private static final Duration LONGEST_PUT = Duration.ofMinutes(10);

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(property = BUCKET)
    S3Client s3(@Value("${aws.region:us-east-1}") String region) {
        return S3Client.builder()
                .region(Region.of(region))
                .httpClientBuilder(LateHttp.builder())
                .build();
    }

    @Singleton
    @Requires(property = BUCKET)
    BlobStore bucket(S3Client s3, @Value("${" + BUCKET + "}") String bucket) {
        return new S3BlobStore(s3, bucket, "");
    }

    @Singleton
    @Requires(missingProperty = BUCKET)
    BlobStore directory(@Value("${elevo.blobs.directory}") String directory) throws IOException {
        return new FileBlobStore(Path.of(directory), LONGEST_PUT);
    }
}
