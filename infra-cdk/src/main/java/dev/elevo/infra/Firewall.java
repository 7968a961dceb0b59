package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.wafv2.CfnWebACL;
import software.constructs.Construct;

/**
 * A web ACL for CloudFront, which exists in one region only and is therefore a stack of its own; its output is the parameter
 * {@code WebAclArn} of the other. It looks at addresses and not at bodies: people send programs here, and every rule that knows
 * attacks by their words would take them for one.
 */
final class Firewall extends Stack {
    private static final int MOST_IN_FIVE_MINUTES = 20_000;

    Firewall(Construct scope) {
        super(
                scope,
                "ElevoFirewall",
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
        var acl = CfnWebACL.Builder.create(this, "Acl")
                .scope("CLOUDFRONT")
                .defaultAction(CfnWebACL.DefaultActionProperty.builder()
                        .allow(CfnWebACL.AllowActionProperty.builder().build())
                        .build())
                .visibilityConfig(seen("elevo"))
                .rules(List.of(knownForAbuse(), tooMany()))
                .build();
        CfnOutput.Builder.create(this, "WebAclArn").value(acl.getAttrArn()).build();
    }

    private static CfnWebACL.RuleProperty knownForAbuse() {
        return CfnWebACL.RuleProperty.builder()
                .name("addresses-known-for-abuse")
                .priority(0)
                .overrideAction(CfnWebACL.OverrideActionProperty.builder()
                        .none(Map.of())
                        .build())
                .statement(CfnWebACL.StatementProperty.builder()
                        .managedRuleGroupStatement(CfnWebACL.ManagedRuleGroupStatementProperty.builder()
                                .vendorName("AWS")
                                .name("AWSManagedRulesAmazonIpReputationList")
                                .build())
                        .build())
                .visibilityConfig(seen("elevo-known-for-abuse"))
                .build();
    }

    /** Far above the limits of the service itself: for floods that should not even reach a function. */
    private static CfnWebACL.RuleProperty tooMany() {
        return CfnWebACL.RuleProperty.builder()
                .name("too-many-from-one-address")
                .priority(1)
                .action(CfnWebACL.RuleActionProperty.builder()
                        .block(CfnWebACL.BlockActionProperty.builder().build())
                        .build())
                .statement(CfnWebACL.StatementProperty.builder()
                        .rateBasedStatement(CfnWebACL.RateBasedStatementProperty.builder()
                                .aggregateKeyType("IP")
                                .limit(MOST_IN_FIVE_MINUTES)
                                .build())
                        .build())
                .visibilityConfig(seen("elevo-too-many"))
                .build();
    }

    private static CfnWebACL.VisibilityConfigProperty seen(String metric) {
        return CfnWebACL.VisibilityConfigProperty.builder()
                .cloudWatchMetricsEnabled(true)
                .sampledRequestsEnabled(true)
                .metricName(metric)
                .build();
    }
}
