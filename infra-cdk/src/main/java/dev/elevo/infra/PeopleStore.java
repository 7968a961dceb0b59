package dev.elevo.infra;

import static java.util.Objects.requireNonNull;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.rds.AuroraPostgresClusterEngineProps;
import software.amazon.awscdk.services.rds.AuroraPostgresEngineVersion;
import software.amazon.awscdk.services.rds.ClusterInstance;
import software.amazon.awscdk.services.rds.Credentials;
import software.amazon.awscdk.services.rds.DatabaseCluster;
import software.amazon.awscdk.services.rds.DatabaseClusterEngine;
import software.constructs.Construct;

/**
 * The database of people and keys, which sleeps while nobody asks it, in a network that leads nowhere but to the tables. One function is
 * inside with it; where it is to forward requests, it has a way out, and the database has none.
 */
final class PeopleStore extends Construct implements Provision {
    private static final String DATABASE = "elevo";
    private static final int PORT = 5432;

    private final Vpc network;
    private final ISecurityGroup client;
    private final DatabaseCluster cluster;
    private final boolean hasWayOut;

    /** @param hasWayOut by a NAT gateway, which costs by the hour */
    PeopleStore(Construct scope, boolean hasWayOut) {
        super(scope, "People");
        this.hasWayOut = hasWayOut;
        network = Vpc.Builder.create(this, "Network")
                .maxAzs(2)
                .natGateways(hasWayOut ? 1 : 0)
                .subnetConfiguration(
                        hasWayOut
                                ? List.of(
                                        subnet("inside", SubnetType.PRIVATE_ISOLATED),
                                        subnet("forwarding", SubnetType.PRIVATE_WITH_EGRESS),
                                        subnet("outside", SubnetType.PUBLIC))
                                : List.of(subnet("inside", SubnetType.PRIVATE_ISOLATED)))
                .build();
        network.addGatewayEndpoint(
                "Tables",
                GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.DYNAMODB)
                        .build());
        client = SecurityGroup.Builder.create(this, "Client")
                .vpc(network)
                .description("The function that asks the database")
                .build();
        cluster = DatabaseCluster.Builder.create(this, "Database")
                .engine(DatabaseClusterEngine.auroraPostgres(AuroraPostgresClusterEngineProps.builder()
                        .version(AuroraPostgresEngineVersion.VER_16_6)
                        .build()))
                .writer(ClusterInstance.serverlessV2("writer"))
                .serverlessV2MinCapacity(0)
                .serverlessV2MaxCapacity(4)
                .vpc(network)
                .vpcSubnets(of(SubnetType.PRIVATE_ISOLATED))
                .credentials(Credentials.fromGeneratedSecret(DATABASE))
                .defaultDatabaseName(DATABASE)
                // A frozen function does not close its connections, and with one open the database would not fall
                // asleep.
                .parameters(InOrder.of(
                        Map.of("idle_session_timeout", "120000", "idle_in_transaction_session_timeout", "30000")))
                .storageEncrypted(true)
                .deletionProtection(true)
                // Retained, it would hold on to the network, and a stack could not be deleted that has both.
                .removalPolicy(RemovalPolicy.SNAPSHOT)
                .build();
        cluster.getConnections().allowFrom(client, Port.tcp(PORT));
    }

    Vpc network() {
        return network;
    }

    /** Where the function is. */
    SubnetSelection place() {
        return of(hasWayOut ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED);
    }

    private static SubnetSelection of(SubnetType type) {
        return SubnetSelection.builder().subnetType(type).build();
    }

    private static SubnetConfiguration subnet(String name, SubnetType type) {
        return SubnetConfiguration.builder()
                .name(name)
                .subnetType(type)
                .cidrMask(24)
                .build();
    }

    ISecurityGroup client() {
        return client;
    }

    /** What the function is told. It waits longer than a sleeping database takes to wake up. */
    @Override
    public Map<String, String> environment(Area area) {
        if (area != Area.ADMIN) {
            return Map.of();
        }
        return Map.of(
                "ELEVO_POSTGRES_URL",
                "jdbc:postgresql://" + cluster.getClusterEndpoint().getHostname() + ":" + PORT + "/" + DATABASE
                        + "?sslmode=require",
                "ELEVO_POSTGRES_USER",
                DATABASE,
                "ELEVO_POSTGRES_CONNECTIONS",
                "2",
                "ELEVO_POSTGRES_PATIENCE_MS",
                "22000");
    }

    @Override
    public Map<String, String> secrets(Area area) {
        if (area != Area.ADMIN) {
            return Map.of();
        }
        var secret = requireNonNull(cluster.getSecret(), "its credentials are generated");
        return Map.of(
                "ELEVO_POSTGRES_PASSWORD",
                secret.secretValueFromJson("password").unsafeUnwrap());
    }

    /** What Lambda does to bring a function into a network; AWS knows no narrower resource for it. */
    @Override
    public void grantUse(Area area, Role role) {
        if (area == Area.ADMIN) {
            Statements.allow(
                    role,
                    List.of(
                            "ec2:CreateNetworkInterface",
                            "ec2:DeleteNetworkInterface",
                            "ec2:DescribeNetworkInterfaces"),
                    List.of("*"));
        }
    }
}
