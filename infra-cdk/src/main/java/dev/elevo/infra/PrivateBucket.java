package dev.elevo.infra;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.CorsRule;
import software.amazon.awscdk.services.s3.HttpMethods;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/** A bucket that nobody reaches but the roles it is granted to, encrypted, by TLS only. Nothing in it ends by itself that was not said to. */
final class PrivateBucket extends Construct {
    private final Bucket bucket;
    private final EncryptionKey encryption;

    PrivateBucket(Construct scope, String id, EncryptionKey encryption) {
        super(scope, id);
        this.encryption = encryption;
        bucket = Bucket.Builder.create(this, "Bucket")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .encryption(BucketEncryption.KMS)
                .encryptionKey(encryption.key())
                // Else each object would be a call of KMS.
                .bucketKeyEnabled(true)
                .enforceSsl(true)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .id("uploads that nobody finished")
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build()))
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    /** What lies below the prefix ends when it is as old. */
    void end(String id, String prefix, Duration age) {
        bucket.addLifecycleRule(
                LifecycleRule.builder().id(id).prefix(prefix).expiration(age).build());
    }

    /** From any page: whoever has an address needs no more. */
    void letBrowsersFetch() {
        bucket.addCorsRule(CorsRule.builder()
                .allowedMethods(List.of(HttpMethods.GET))
                .allowedOrigins(List.of("*"))
                .allowedHeaders(List.of("Range"))
                .exposedHeaders(List.of("Content-Disposition", "Content-Length", "Content-Range", "ETag"))
                .build());
    }

    String name() {
        return bucket.getBucketName();
    }

    List<String> objects(List<String> patterns) {
        return patterns.stream().map(bucket::arnForObjects).toList();
    }

    /** By which it is asked: that of its region, and the older one, which clients use in us-east-1. */
    List<String> hosts() {
        return List.of(bucket.getBucketRegionalDomainName(), bucket.getBucketDomainName());
    }

    /**
     * What a store of blobs does. The list, too: without it S3 says of what is missing that it is forbidden.
     *
     * @param patterns of keys
     */
    void grantUse(Role role, List<String> patterns) {
        Statements.allow(
                role,
                List.of("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
                objects(patterns));
        Statements.allow(role, List.of("s3:ListBucket"), List.of(bucket.getBucketArn()));
        encryption.grantUse(role);
    }
}
