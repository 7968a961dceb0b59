package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.CfnNetworkConnector;
import software.amazon.awscdk.services.route53resolver.CfnFirewallDomainList;
import software.amazon.awscdk.services.route53resolver.CfnFirewallRuleGroup;
import software.amazon.awscdk.services.route53resolver.CfnFirewallRuleGroupAssociation;
import software.constructs.Construct;

/**
 * A network for sandboxes that reach nothing: no gateway, no rule that lets anything out, and no names either, since a security
 * group does not see what is asked of the resolver. Nothing of it costs by the hour.
 */
final class BlockedNetwork extends Construct {
    private final CfnNetworkConnector connector;

    BlockedNetwork(Construct scope) {
        super(scope, "Blocked");
        var network = Vpc.Builder.create(this, "Network")
                .maxAzs(2)
                .natGateways(0)
                .subnetConfiguration(List.of(SubnetConfiguration.builder()
                        .name("sandboxes")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .cidrMask(20)
                        .build()))
                .build();
        refuseNames(network);
        var nothing = SecurityGroup.Builder.create(this, "Nothing")
                .vpc(network)
                .description("Sandboxes without network")
                .allowAllOutbound(false)
                .build();
        var subnets = network.getIsolatedSubnets();
        connector = CfnNetworkConnector.Builder.create(this, "Connector")
                .name("elevo-blocked")
                .operatorRole(operator(network, nothing).getRoleArn())
                .configuration(CfnNetworkConnector.ConfigProperty.builder()
                        .vpcEgressConfiguration(CfnNetworkConnector.VpcEgressConfigurationProperty.builder()
                                .subnetIds(subnets.stream()
                                        .map(subnet -> subnet.getSubnetId())
                                        .toList())
                                .securityGroupIds(List.of(nothing.getSecurityGroupId()))
                                .networkProtocol("IPv4")
                                .associatedComputeResourceTypes(List.of("MicroVm"))
                                .build())
                        .build())
                .build();
    }

    String connector() {
        return connector.getAttrArn();
    }

    private void refuseNames(Vpc network) {
        var all = CfnFirewallDomainList.Builder.create(this, "AllNames")
                .domains(List.of("*"))
                .build();
        var rules = CfnFirewallRuleGroup.Builder.create(this, "NoNames")
                .firewallRules(List.of(CfnFirewallRuleGroup.FirewallRuleProperty.builder()
                        .priority(1)
                        .action("BLOCK")
                        .blockResponse("NXDOMAIN")
                        .firewallDomainListId(all.getAttrId())
                        .build()))
                .build();
        CfnFirewallRuleGroupAssociation.Builder.create(this, "NoNamesHere")
                .firewallRuleGroupId(rules.getAttrId())
                .priority(101)
                .vpcId(network.getVpcId())
                .build();
    }

    /** What Lambda does to bring machines into the network. No condition on the account: with one it cannot assume the role. */
    private Role operator(Vpc network, SecurityGroup group) {
        var role = Role.Builder.create(this, "Operator")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        var here = "arn:" + Aws.PARTITION + ":ec2:" + Aws.REGION + ":" + Aws.ACCOUNT_ID + ":";
        Statements.allow(
                role,
                List.of("ec2:CreateNetworkInterface"),
                List.of(
                        here + "network-interface/*",
                        here + "security-group/" + group.getSecurityGroupId(),
                        here + "subnet/" + network.getIsolatedSubnets().get(0).getSubnetId(),
                        here + "subnet/" + network.getIsolatedSubnets().get(1).getSubnetId()));
        role.addToPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of("ec2:CreateTags"))
                .resources(List.of(here + "network-interface/*"))
                .conditions(Map.of(
                        "StringEquals",
                        Map.of("ec2:ManagedResourceOperator", "network-connectors.lambda.amazonaws.com")))
                .build());
        return role;
    }
}
