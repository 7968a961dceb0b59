package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.CfnRule;
import software.amazon.awscdk.CfnRuleAssertion;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * What the functions are told by their environment. Secrets appear in the template as references that CloudFormation resolves
 * when it deploys, never as values; each area is told those it uses.
 */
final class Settings implements Provision {
    /** Ed25519, which nothing in CloudFormation can generate: it must exist before the first deployment. */
    static final String AGENT_SIGNING_KEY = "elevo/agent-signing-key";

    /** Those that wait for what others write into the table. */
    private static final Set<Area> LISTENERS = Set.of(Area.SANDBOXES, Area.RUNS);

    private final String rotation;
    private final String corsOrigins;
    private final String docUrl;
    private final String upstreamAllow;
    private final String jwksUrl;
    private final String jwtIssuer;
    private final String jwtAudience;
    private final String bootstrapKey;
    private final String frontDoorSecret;
    private final String jwtSecret;
    private final String cursorSecret;
    private final String secretOfPages;
    private final String agentSigningKey;

    Settings(Construct scope, boolean hasWayOut) {
        rotation = parameter(scope, "Rotation", "1", "Another one makes the functions take secrets with new values");
        frontDoorSecret = generated(scope, "FrontDoorSecret");
        corsOrigins = parameter(scope, "CorsOrigins", "*", "Origins a browser may call from");
        docUrl = optional(scope, "DocUrl", "Base of the links in errors");
        upstreamAllow = optional(scope, "UpstreamAllow", "Private networks that routes of the gateway may lead to");
        jwksUrl = optional(scope, "JwksUrl", "Keys of the identity provider");
        jwtIssuer = optional(scope, "JwtIssuer", "Who alone issues tokens that those keys prove");
        jwtAudience = optional(scope, "JwtAudience", "Whom those tokens must be for");
        bootstrapKey = optional(scope, "BootstrapKeySha256", "SHA-256 of the first API key, in hex");
        jwtSecret = generated(scope, "JwtSecret");
        cursorSecret = generated(scope, "CursorSecret");
        secretOfPages = generated(scope, "DocsSecret");
        agentSigningKey = SecretValue.secretsManager(AGENT_SIGNING_KEY).unsafeUnwrap();
        if (!hasWayOut) {
            refuseTokensThatAdminCannotCheck(scope);
        }
    }

    /** What {@link FrontDoor} shows, so that functions believe it who the caller is. */
    String frontDoorSecret() {
        return frontDoorSecret;
    }

    /** Which values secrets have: whatever holds them and takes new ones only when it changes itself names it. */
    String rotation() {
        return rotation;
    }

    @Override
    public Map<String, String> environment(Area area) {
        var environment = new HashMap<String, String>();
        environment.put("ELEVO_ROTATION", rotation);
        environment.put("ELEVO_CORS_ORIGINS", corsOrigins);
        environment.put("ELEVO_DOC_URL", docUrl);
        if (area != Area.DOCS) {
            environment.put("ELEVO_JWKS_URL", jwksUrl);
            environment.put("ELEVO_JWT_ISSUER", jwtIssuer);
            environment.put("ELEVO_JWT_AUDIENCE", jwtAudience);
            environment.put("ELEVO_BOOTSTRAP_KEY_SHA256", bootstrapKey);
        }
        if (LISTENERS.contains(area)) {
            environment.put("ELEVO_EVENTS_BY", "stream");
        }
        if (area == Area.ADMIN) {
            environment.put("ELEVO_UPSTREAM_ALLOW", upstreamAllow);
        }
        return Map.copyOf(environment);
    }

    /** The pages are for everybody: the function that has them knows nobody, and speaks with no agent. */
    @Override
    public Map<String, String> secrets(Area area) {
        if (area == Area.DOCS) {
            return Map.of(
                    "ELEVO_FRONT_DOOR_SECRET",
                    frontDoorSecret,
                    // For its rehearsal before the snapshot, and for cursors of lists that it does not have.
                    "ELEVO_JWT_SECRET",
                    secretOfPages,
                    "ELEVO_CURSOR_SECRET",
                    secretOfPages);
        }
        return Map.of(
                "ELEVO_FRONT_DOOR_SECRET", frontDoorSecret,
                "ELEVO_JWT_SECRET", jwtSecret,
                "ELEVO_CURSOR_SECRET", cursorSecret,
                "ELEVO_AGENT_SIGNING_KEY", agentSigningKey);
    }

    /** CloudFormation reads the secrets, functions do not. */
    @Override
    public void grantUse(Area area, Role role) {}

    /** Its network leads to the tables only; the other functions are in none, so half of the API would take the tokens. */
    private static void refuseTokensThatAdminCannotCheck(Construct scope) {
        CfnRule.Builder.create(scope, "TokensNeedAWayOut")
                .assertions(List.of(CfnRuleAssertion.builder()
                        .assertValue(Fn.conditionEquals(Fn.ref("JwksUrl"), ""))
                        .assertDescription("With JwksUrl the function admin has to reach the identity provider:"
                                + " synthesise with ELEVO_WAY_OUT=nat")
                        .build()))
                .build();
    }

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
