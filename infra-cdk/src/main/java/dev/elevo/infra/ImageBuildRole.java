package dev.elevo.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.SessionTagsPrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/** What builds the images of machines: it reads what they are made of, and writes its log. */
final class ImageBuildRole extends Construct {
    private final Role role;

    ImageBuildRole(Construct scope) {
        super(scope, "Builder");
        role = Role.Builder.create(this, "Role")
                // No condition on the account: with one, AWS's own samples saw builds refused.
                .assumedBy(new SessionTagsPrincipal(new ServicePrincipal("lambda.amazonaws.com")))
                .build();
    }

    String arn() {
        return role.getRoleArn();
    }

    void grantRead(Asset zip) {
        Statements.allow(role, List.of("s3:GetObject"), List.of(zip.getBucket().arnForObjects(zip.getS3ObjectKey())));
    }

    void grantWrite(LogGroup log) {
        Statements.allow(role, List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(log.getLogGroupArn()));
    }
}
