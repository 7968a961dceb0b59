package dev.elevo.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.AnyPrincipal;
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
 * group does not see what is asked of the resolver. But for the bucket of their own files, which machines bring there and fetch from
 * there themselves: its name can be asked, and a way leads to it and to no other bucket. Nothing of it costs by the hour.
 */
final class BlockedNetwork extends Construct {
    private static final int HTTPS = 443;

    private final CfnNetworkConnector connector;

    BlockedNetwork(Construct scope, WorkspaceBucket workspaces) {
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
        refuseNames(network, workspaces);
        leadTo(workspaces, network);
        // Not the construct of that name: its rule would be a resource beside the group, and a group that says nothing
        // itself lets everything out.
        var group = CfnSecurityGroup.Builder.create(this, "Sandboxes")
                .vpcId(network.getVpcId())
                .groupDescription("Sandboxes without network")
                .securityGroupEgress(List.of(CfnSecurityGroup.EgressProperty.builder()
                        .destinationPrefixListId(addressesOfS3())
                        .ipProtocol("tcp")
                        .fromPort(HTTPS)
                        .toPort(HTTPS)
                        .description("Files of sandboxes")
                        .build()))
                .build();
        var subnets = network.getIsolatedSubnets();
        connector = CfnNetworkConnector.Builder.create(this, "Connector")
                .name("elevo-blocked")
                .operatorRole(operator(network, group).getRoleArn())
                .configuration(CfnNetworkConnector.ConfigProperty.builder()
                        .vpcEgressConfiguration(CfnNetworkConnector.VpcEgressConfigurationProperty.builder()
                                .subnetIds(subnets.stream()
                                        .map(subnet -> subnet.getSubnetId())
                                        .toList())
                                .securityGroupIds(List.of(group.getAttrGroupId()))
                                .networkProtocol("IPv4")
                                .associatedComputeResourceTypes(List.of("MicroVm"))
                                .build())
                        .build())
                .build();
    }

    String connector() {
        return connector.getAttrArn();
    }

    /** The same in no two regions, and asked of AWS only: whoever deploys says it. */
    private String addressesOfS3() {
        return CfnParameter.Builder.create(Stack.of(this), "S3PrefixList")
                .type("String")
                .allowedPattern("pl-[0-9a-f]+")
                .constraintDescription("is the id of a prefix list")
                .description("The region's prefix list com.amazonaws.<region>.s3, for sandboxes without network")
                .build()
                .getValueAsString();
    }

    private static void leadTo(WorkspaceBucket workspaces, Vpc network) {
        network.addGatewayEndpoint(
                        "Files",
                        GatewayVpcEndpointOptions.builder()
                                .service(GatewayVpcEndpointAwsService.S3)
                                .build())
                .addToPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        // Who has signed the address. A machine itself is nobody.
                        .principals(List.of(new AnyPrincipal()))
                        .actions(List.of("s3:GetObject", "s3:PutObject"))
                        .resources(workspaces.files())
                        .build());
    }

    private void refuseNames(Vpc network, WorkspaceBucket workspaces) {
        var rules = CfnFirewallRuleGroup.Builder.create(this, "NoNames")
                .firewallRules(List.of(
                        CfnFirewallRuleGroup.FirewallRuleProperty.builder()
                                .priority(1)
                                .action("ALLOW")
                                .firewallDomainListId(names("Bucket", workspaces.hosts()))
                                // Its name is another one's in the end, which S3 may change.
                                .firewallDomainRedirectionAction("TRUST_REDIRECTION_DOMAIN")
                                .build(),
                        CfnFirewallRuleGroup.FirewallRuleProperty.builder()
                                .priority(2)
                                .action("BLOCK")
                                .blockResponse("NXDOMAIN")
                                .firewallDomainListId(names("AllNames", List.of("*")))
                                .build()))
                .build();
        CfnFirewallRuleGroupAssociation.Builder.create(this, "NoNamesHere")
                .firewallRuleGroupId(rules.getAttrId())
                .priority(101)
                .vpcId(network.getVpcId())
                .build();
    }

    private String names(String id, List<String> domains) {
        return CfnFirewallDomainList.Builder.create(this, id)
                .domains(domains)
                .build()
                .getAttrId();
    }

    /** What Lambda does to bring machines into the network. No condition on the account: with one it cannot assume the role. */
    private Role operator(Vpc network, CfnSecurityGroup group) {
        var role = Role.Builder.create(this, "Operator")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        var here = "arn:" + Aws.PARTITION + ":ec2:" + Aws.REGION + ":" + Aws.ACCOUNT_ID + ":";
        Statements.allow(
                role,
                List.of("ec2:CreateNetworkInterface"),
                List.of(
                        here + "network-interface/*",
                        here + "security-group/" + group.getAttrGroupId(),
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
