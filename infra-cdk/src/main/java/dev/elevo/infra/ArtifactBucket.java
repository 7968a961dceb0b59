package dev.elevo.infra;

import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.constructs.Construct;

/** Where the contents of artifacts lie, for one function and for nobody else. */
final class ArtifactBucket extends Construct {
    private final Bucket bucket;

    ArtifactBucket(Construct scope) {
        super(scope, "Artifacts");
        bucket = Bucket.Builder.create(this, "Bucket")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .encryption(BucketEncryption.S3_MANAGED)
                .enforceSsl(true)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    String name() {
        return bucket.getBucketName();
    }

    /** What the store does. The list, too: without it S3 says of what is missing that it is forbidden. */
    void grantUse(IGrantable function) {
        allow(function, List.of("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), bucket.arnForObjects("*"));
        allow(function, List.of("s3:ListBucket"), bucket.getBucketArn());
    }

    private static void allow(IGrantable function, List<String> actions, String resource) {
        function.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(actions)
                        .resources(List.of(resource))
                        .build());
    }
}
