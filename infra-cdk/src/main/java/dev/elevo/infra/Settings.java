package dev.elevo.infra;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * What the functions are told by their environment. Secrets appear in the template as references that CloudFormation resolves
 * when it deploys, never as values.
 */
final class Settings {
    /** Ed25519, which nothing in CloudFormation can generate: it must exist before the first deployment. */
    static final String AGENT_SIGNING_KEY = "elevo/agent-signing-key";

    private final Map<String, String> environment = new HashMap<>();

    Settings(Construct scope, Table state) {
        environment.put("ELEVO_TABLE", state.getTableName());
        environment.put("ELEVO_CORS_ORIGINS", parameter(scope, "CorsOrigins", "*", "Origins a browser may call from"));
        environment.put("ELEVO_DOC_URL", parameter(scope, "DocUrl", "", "Base of the links in errors; empty for none"));
        environment.put(
                "ELEVO_JWKS_URL", parameter(scope, "JwksUrl", "", "Keys of the identity provider; empty for none"));
        environment.put(
                "ELEVO_BOOTSTRAP_KEY_SHA256",
                parameter(scope, "BootstrapKeySha256", "", "SHA-256 of the first API key, in hex; empty for none"));

        environment.put("ELEVO_JWT_SECRET", reference(generated(scope, "JwtSecret")));
        environment.put("ELEVO_CURSOR_SECRET", reference(generated(scope, "CursorSecret")));
        environment.put(
                "ELEVO_AGENT_SIGNING_KEY",
                reference(Secret.fromSecretNameV2(scope, "AgentSigningKey", AGENT_SIGNING_KEY)));
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    private static String parameter(Construct scope, String name, String byDefault, String description) {
        return CfnParameter.Builder.create(scope, name)
                .type("String")
                .defaultValue(byDefault)
                .description(description)
                .build()
                .getValueAsString();
    }

    private static Secret generated(Construct scope, String name) {
        return Secret.Builder.create(scope, name)
                .generateSecretString(SecretStringGenerator.builder()
                        .passwordLength(64)
                        .excludePunctuation(true)
                        .build())
                // Losing it would end every session and cursor in use.
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }

    private static String reference(ISecret secret) {
        return secret.getSecretValue().unsafeUnwrap();
    }
}
