package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * What the functions are told by their environment. Secrets appear in the template as references that CloudFormation resolves
 * when it deploys, never as values.
 */
final class Settings implements Provision {
    /** Ed25519, which nothing in CloudFormation can generate: it must exist before the first deployment. */
    static final String AGENT_SIGNING_KEY = "elevo/agent-signing-key";

    private final Map<String, String> environment = new HashMap<>();
    private final String frontDoorSecret;

    Settings(Construct scope) {
        frontDoorSecret = generated(scope, "FrontDoorSecret");
        environment.put("ELEVO_FRONT_DOOR_SECRET", frontDoorSecret);
        environment.put("ELEVO_EVENTS_BY", "stream");
        environment.put("ELEVO_CORS_ORIGINS", parameter(scope, "CorsOrigins", "*", "Origins a browser may call from"));
        environment.put("ELEVO_DOC_URL", optional(scope, "DocUrl", "Base of the links in errors"));
        environment.put(
                "ELEVO_UPSTREAM_ALLOW",
                optional(scope, "UpstreamAllow", "Private networks that routes of the gateway may lead to"));
        environment.put("ELEVO_JWKS_URL", optional(scope, "JwksUrl", "Keys of the identity provider"));
        environment.put(
                "ELEVO_BOOTSTRAP_KEY_SHA256",
                optional(scope, "BootstrapKeySha256", "SHA-256 of the first API key, in hex"));

        environment.put("ELEVO_JWT_SECRET", generated(scope, "JwtSecret"));
        environment.put("ELEVO_CURSOR_SECRET", generated(scope, "CursorSecret"));
        environment.put(
                "ELEVO_AGENT_SIGNING_KEY",
                SecretValue.secretsManager(AGENT_SIGNING_KEY).unsafeUnwrap());
    }

    /** What {@link FrontDoor} shows, so that functions believe it who the caller is. */
    String frontDoorSecret() {
        return frontDoorSecret;
    }

    @Override
    public Map<String, String> environment(Area area) {
        return Map.copyOf(environment);
    }

    /** CloudFormation reads the secrets, functions do not. */
    @Override
    public void grantUse(Area area, Role role) {}

    private static String parameter(Construct scope, String name, String byDefault, String description) {
        return CfnParameter.Builder.create(scope, name)
                .type("String")
                .defaultValue(byDefault)
                .description(description)
                .build()
                .getValueAsString();
    }

    /** Left empty, the functions do not see the variable at all. */
    private static String optional(Construct scope, String name, String description) {
        var value = parameter(scope, name, "", description + "; empty for none");
        var given = CfnCondition.Builder.create(scope, name + "Given")
                .expression(Fn.conditionNot(Fn.conditionEquals(value, "")))
                .build();
        return Fn.conditionIf(given.getLogicalId(), value, Aws.NO_VALUE).toString();
    }

    private static String generated(Construct scope, String name) {
        return Secret.Builder.create(scope, name)
                .generateSecretString(SecretStringGenerator.builder()
                        .passwordLength(64)
                        .excludePunctuation(true)
                        .build())
                // Losing it would end every session and cursor in use.
                .removalPolicy(RemovalPolicy.RETAIN)
                .build()
                .getSecretValue()
                .unsafeUnwrap();
    }
}
