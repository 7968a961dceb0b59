package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** The one key of what lies in buckets, and of alarms under way: each key costs by the month. */
final class EncryptionKey extends Construct {
    private static final List<String> USE = List.of("kms:Decrypt", "kms:GenerateDataKey");

    private final Key key;

    EncryptionKey(Construct scope) {
        super(scope, "Encryption");
        key = Key.Builder.create(this, "Key")
                .description("Elevo: files of sandboxes, artifacts, alarms")
                .enableKeyRotation(true)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(USE)
                // Of a key's own policy this means the key.
                .resources(List.of("*"))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
                .build());
    }

    IKey key() {
        return key;
    }

    void grantUse(Role role) {
        Statements.allow(role, USE, List.of(key.getKeyArn()));
    }
}
