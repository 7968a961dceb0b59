package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;

/** Permissions, action by action: the grants of the CDK's own constructs give more than our functions do. */
final class Statements {
    private Statements() {}

    static PolicyStatement allowed(List<String> actions, List<String> resources) {
        return PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(resources)
                .build();
    }

    static void allow(Role role, List<String> actions, List<String> resources) {
        role.addToPolicy(allowed(actions, resources));
    }

    /** Allowed for items whose partition key is one of the patterns, and for a whole batch only if it is of all of them. */
    static void allowPartitions(Role role, List<String> actions, String table, List<String> patterns) {
        role.addToPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(actions)
                .resources(List.of(table))
                .conditions(Map.of("ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", patterns)))
                .build());
    }
}
