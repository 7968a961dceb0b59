package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.Area;
import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.infra.Resources.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/** State, functions, and the ways to them. */
class ElevoStackTest {
    /** What Lambda wants in order to bring a function into a network; AWS knows no narrower resource for it. */
    private static final List<String> ENTRY =
            List.of("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces");

    private final Synthesis synthesis = Synthesis.ofDefaults();
    private final Resources resources = synthesis.template();

    @Test
    void every_table_is_keyed_forgets_and_can_be_restored() {
        assertThat(resources.all("AWS::DynamoDB::Table")).hasSize(2).allSatisfy(table -> {
            assertThat(table.at("KeySchema")).isEqualTo(keySchema(StateTable.SORT_KEY));
            assertThat(table.list("AttributeDefinitions"))
                    .allMatch(attribute -> "S".equals(attribute.get("AttributeType")));
            assertThat(table.at("BillingMode")).isEqualTo("PAY_PER_REQUEST");
            assertThat(table.at("TimeToLiveSpecification"))
                    .isEqualTo(Map.of("AttributeName", StateTable.TTL, "Enabled", true));
            assertThat(table.at("PointInTimeRecoverySpecification"))
                    .isEqualTo(Map.of("PointInTimeRecoveryEnabled", true));
            assertThat(table.at("DeletionProtectionEnabled")).isEqualTo(true);
        });
    }

    @Test
    void the_functions_list_sandboxes_by_the_indexes_of_the_table_they_are_told() {
        var told = Objects.requireNonNull(of(Area.SANDBOXES).environment().get("ELEVO_SANDBOX_TABLE"));
        var table = DeployedView.only(resources.all("AWS::DynamoDB::Table").stream()
                .filter(candidate -> candidate.id().equals(Resources.target(told))));

        assertThat(table.at("LocalSecondaryIndexes"))
                .isEqualTo(SandboxTable.LOCAL_INDEXES.stream()
                        .map(index -> Map.of(
                                "IndexName", index.name(),
                                "KeySchema", keySchema(index.sortKey()),
                                "Projection", Map.of("ProjectionType", "KEYS_ONLY")))
                        .toList());
    }

    /** DynamoDB restores under another name only. */
    @Test
    void restored_tables_take_the_place_of_its_own() {
        var arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/elevo-restored";
        var stream = arn + "/stream/2026-11-28T09:00:00.000";
        var restored = Synthesis.stack(Choices.from(Map.of("ELEVO_RESTORED_TABLES", stream + ",elevo-sandboxes")));

        assertThat(restored.all("AWS::DynamoDB::Table")).isEmpty();
        assertThat(restored.all("AWS::Lambda::EventSourceMapping"))
                .hasSize(2)
                .allSatisfy(mapping -> assertThat(mapping.at("EventSourceArn")).isEqualTo(stream));
        for (var area : Area.values()) {
            var deployed = new DeployedView(restored, area);
            assertThat(deployed.environment())
                    .containsEntry("ELEVO_TABLE", "elevo-restored")
                    .containsEntry("ELEVO_SANDBOX_TABLE", "elevo-sandboxes");
            assertThat(deployed.statements().stream()
                            .filter(statement -> statement.actions().contains("dynamodb:PutItem"))
                            .findFirst()
                            .orElseThrow()
                            .resources())
                    .containsExactly(arn);
        }
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_RESTORED_TABLES", "elevo-restored")))
                .hasMessageContaining("elevo-restored");
    }

    @ParameterizedTest
    @EnumSource
    void every_area_is_a_snapshotted_java_25_function(Area area) {
        var function = of(area).function();

        assertThat(function.at("Runtime")).isEqualTo("java25");
        assertThat(function.at("Architectures")).isEqualTo(List.of("arm64"));
        assertThat(function.at("SnapStart")).isEqualTo(Map.of("ApplyOn", "PublishedVersions"));
        assertThat(function.at("Timeout")).isEqualTo(area == Area.SANDBOXES ? 900 : 29);
        assertThat(of(area).log().at("RetentionInDays")).isEqualTo(30);
        assertThat(of(area).environment())
                .containsKeys(
                        "ELEVO_TABLE",
                        "ELEVO_SANDBOX_TABLE",
                        "ELEVO_CURSOR_SECRET",
                        "ELEVO_JWT_SECRET",
                        "ELEVO_FRONT_DOOR_SECRET");
    }

    @ParameterizedTest
    @EnumSource
    void an_area_is_told_what_it_uses(Area area) {
        var told = of(area).environment();

        assertThat(told.containsKey("ELEVO_UPSTREAM_ALLOW")).isEqualTo(area == Area.ADMIN);
        assertThat(told.containsKey("ELEVO_EVENTS_BY")).isEqualTo(area == Area.SANDBOXES || area == Area.RUNS);
        assertThat(List.of(
                        "ELEVO_AGENT_SIGNING_KEY",
                        "ELEVO_JWKS_URL",
                        "ELEVO_JWT_ISSUER",
                        "ELEVO_JWT_AUDIENCE",
                        "ELEVO_BOOTSTRAP_KEY_SHA256"))
                .allSatisfy(name -> assertThat(told.containsKey(name)).isEqualTo(area != Area.DOCS));
        if (area == Area.DOCS) {
            assertThat(told.toString()).contains("DocsSecret").doesNotContain("JwtSecret", "CursorSecret");
        } else {
            assertThat(told.toString()).contains("JwtSecret", "CursorSecret").doesNotContain("DocsSecret");
        }
    }

    /** Parameters and images once changed the functions and not what {@code live} leads to. */
    @ParameterizedTest
    @EnumSource
    void a_changed_value_is_a_new_version(Area area) {
        var version = DeployedView.only(resources.all("AWS::Lambda::Version").stream()
                .filter(one -> of(area).alias().at("FunctionVersion").toString().contains(one.id())));
        var edition = DeployedView.only(resources.all("AWS::EC2::LaunchTemplate").stream()
                .filter(one -> version.at("Description").toString().contains(one.id())));
        var numbered = edition.at("LaunchTemplateData").toString();

        assertThat(version.at("Description").toString()).contains("LatestVersionNumber");
        assertThat(numbered).doesNotContain("resolve:secretsmanager");
        of(area).environment().forEach((name, value) -> {
            if (!value.toString().contains("{{resolve:secretsmanager:")) {
                assertThat(numbered).contains(name + "=");
                parameters(value).forEach(parameter -> assertThat(numbered).contains("Ref=" + parameter));
            }
        });
        if (area != Area.DOCS) {
            assertThat(numbered).contains("LatestActiveImageVersion");
        }
    }

    private Stream<String> parameters(Object value) {
        return Resources.map(Objects.requireNonNull(resources.template().get("Parameters"))).keySet().stream()
                .filter(parameter -> value.toString().contains("Ref=" + parameter + "}")
                        || value.toString().contains("Ref=" + parameter + ","));
    }

    /** CloudFormation reads a secret anew where what holds it changes. */
    @Test
    void a_rotation_changes_whatever_holds_a_secret() {
        var rotation = Map.of("Ref", "Rotation");

        for (var area : Area.values()) {
            assertThat(of(area).environment()).containsEntry("ELEVO_ROTATION", rotation);
        }
        assertThat(resources
                        .only("AWS::CloudFront::Distribution")
                        .map("DistributionConfig")
                        .get("Comment"))
                .hasToString("{Fn::Join=[, [Elevo, rotation , {Ref=Rotation}]]}");
    }

    @Test
    void tokens_of_an_identity_provider_are_refused_where_admin_cannot_check_them() {
        assertThat(rules(Synthesis.ofDefaults())).contains("JwksUrl", "ELEVO_WAY_OUT=nat");
        assertThat(rules(Synthesis.ofEverything())).doesNotContain("JwksUrl");
    }

    private static String rules(Synthesis synthesis) {
        return String.valueOf(synthesis.template().template().get("Rules"));
    }

    @ParameterizedTest
    @EnumSource
    void every_area_is_called_through_its_alias_only(Area area) {
        var alias = of(area).alias();

        assertThat(alias.at("Name")).isEqualTo("live");
        assertThat(resources.all("AWS::Lambda::Permission"))
                .extracting(permission -> Resources.target(permission.at("FunctionName")))
                .contains(alias.id())
                .doesNotContain(of(area).function().id());
    }

    @ParameterizedTest
    @EnumSource
    void every_path_of_an_area_leads_to_its_alias(Area area) {
        for (var path : area.paths()) {
            var route = DeployedView.only(
                    routes("HTTP").filter(candidate -> routeKey(path).equals(candidate.at("RouteKey"))));
            var integration = DeployedView.only(resources.all("AWS::ApiGatewayV2::Integration").stream()
                    .filter(candidate -> route.at("Target").toString().contains(candidate.id())));

            assertThat(Resources.target(integration.at("IntegrationUri")))
                    .isEqualTo(of(area).alias().id());
            assertThat(integration.at("PayloadFormatVersion")).isEqualTo("2.0");
        }
    }

    @Test
    void no_route_exists_besides_those_of_the_areas() {
        assertThat(routes("HTTP"))
                .extracting(route -> route.at("RouteKey"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(Area.values())
                        .flatMap(area -> area.paths().stream())
                        .map(ElevoStackTest::routeKey)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void an_area_with_streams_has_a_web_socket_api_of_its_own(Area area) {
        var leading = routes("WEBSOCKET")
                .filter(route -> resources.all("AWS::ApiGatewayV2::Integration").stream()
                        .filter(integration -> route.at("Target").toString().contains(integration.id()))
                        .anyMatch(integration -> integration
                                .at("IntegrationUri")
                                .toString()
                                .contains(of(area).alias().id())))
                .toList();

        if (area.streams().isEmpty()) {
            assertThat(leading).isEmpty();
            assertThat(of(area).environment()).doesNotContainKey("ELEVO_CONNECTIONS_URL");
            assertThat(of(area).actions()).doesNotContain("execute-api:ManageConnections");
        } else {
            assertThat(leading)
                    .extracting(route -> route.at("RouteKey"))
                    .containsExactlyInAnyOrder("$connect", "$disconnect", "$default");
            assertThat(leading)
                    .extracting(route -> Resources.target(route.at("ApiId")))
                    .containsOnly(Resources.target(leading.getFirst().at("ApiId")));
            assertThat(of(area).environment())
                    .containsKey("ELEVO_CONNECTIONS_URL")
                    .doesNotContainKey("ELEVO_STREAMS_URL");
            assertThat(of(area).actions()).contains("execute-api:ManageConnections");
        }
    }

    @Test
    void changes_of_sandboxes_come_to_their_function_by_the_tables_stream() {
        var mapping = of(Area.SANDBOXES).mapping();
        var table = DeployedView.only(resources.all("AWS::DynamoDB::Table").stream()
                .filter(candidate -> candidate.properties().containsKey("StreamSpecification")));

        assertThat(table.at("StreamSpecification")).isEqualTo(Map.of("StreamViewType", "KEYS_ONLY"));
        assertThat(Resources.target(mapping.at("EventSourceArn"))).isEqualTo(table.id());
        assertThat(Resources.target(of(Area.SANDBOXES).environment().getOrDefault("ELEVO_TABLE", Map.of())))
                .isEqualTo(table.id());
        assertThat(mapping.at("FilterCriteria").toString())
                .contains("{\"prefix\":\"OUTBOX#\"},{\"prefix\":\"STREAM#events#\"},{\"prefix\":\"PUSH#\"}")
                .contains("INSERT");
        assertThat(of(Area.SANDBOXES).environment()).containsEntry("ELEVO_EVENTS_BY", "stream");
    }

    @Test
    void lines_of_runs_come_to_their_function_by_the_tables_stream_and_nothing_else_comes_to_any() {
        assertThat(of(Area.RUNS).mapping().at("FilterCriteria").toString())
                .contains("{\"prefix\":\"RUNLOG#\"},{\"prefix\":\"STREAM#runlog#\"}")
                .contains("INSERT");
        assertThat(resources.all("AWS::Lambda::EventSourceMapping")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void an_area_knows_the_buckets_it_keeps_things_in_and_no_others(Area area) {
        var buckets = of(area).environment().keySet().stream()
                .filter(name -> name.endsWith("_BUCKET"))
                .toList();

        switch (area) {
            case RUNS -> assertThat(buckets).containsExactly("ELEVO_BLOBS_BUCKET");
            case SANDBOXES, SNAPSHOTS, FILES -> assertThat(buckets).containsExactly("ELEVO_WORKSPACES_BUCKET");
            default -> {
                assertThat(buckets).isEmpty();
                assertThat(of(area).actions())
                        .noneMatch(action -> action.startsWith("s3:") || action.startsWith("kms:"));
            }
        }
    }

    @Test
    void every_bucket_is_closed_encrypted_and_forgets_what_nobody_finished() {
        var key = resources.only("AWS::KMS::Key");

        assertThat(key.at("EnableKeyRotation")).isEqualTo(true);
        assertThat(resources.all("AWS::S3::Bucket")).hasSize(2).allSatisfy(bucket -> {
            assertThat(bucket.map("PublicAccessBlockConfiguration")).doesNotContainValue(false);
            assertThat(bucket.at("BucketEncryption").toString()).contains("aws:kms", key.id(), "BucketKeyEnabled=true");
            assertThat(bucket.at("LifecycleConfiguration").toString()).contains("DaysAfterInitiation=1");
        });
    }

    @Test
    void a_file_on_its_way_ends_by_itself_and_a_snapshot_does_not() {
        var lifecycles = resources.all("AWS::S3::Bucket").stream()
                .map(bucket -> bucket.at("LifecycleConfiguration").toString())
                .filter(rules -> rules.contains("ExpirationInDays"))
                .toList();

        assertThat(lifecycles).singleElement().asString().contains("ExpirationInDays=2", "Prefix=transfers/");
    }

    @ParameterizedTest
    @EnumSource
    void every_schedule_sends_its_name_to_the_alias(Area area) {
        for (var schedule : area.schedules()) {
            var input = "{\"schedule\":\"" + schedule.name() + "\"}";
            var areasOfThisName = Stream.of(Area.values())
                    .filter(other -> other.schedules().stream()
                            .anyMatch(one -> one.name().equals(schedule.name())))
                    .map(other -> of(other).alias().id())
                    .toList();
            assertThat(resources.all("AWS::Events::Rule"))
                    .flatMap(rule -> rule.list("Targets"))
                    .filteredOn(target -> input.equals(target.get("Input")))
                    .extracting(target -> Resources.target(Objects.requireNonNull(target.get("Arn"))))
                    .contains(of(area).alias().id())
                    .containsExactlyInAnyOrderElementsOf(areasOfThisName);
        }
    }

    @ParameterizedTest
    @EnumSource
    void only_the_administration_knows_the_database_of_people_and_is_in_its_network(Area area) {
        var function = of(area).function();

        if (area == Area.ADMIN) {
            assertThat(of(area).environment())
                    .containsKeys("ELEVO_POSTGRES_URL", "ELEVO_POSTGRES_USER", "ELEVO_POSTGRES_PASSWORD");
            assertThat(String.valueOf(of(area).environment().get("ELEVO_POSTGRES_PASSWORD")))
                    .contains("{{resolve:secretsmanager:");
            assertThat(function.map("VpcConfig")).containsKeys("SubnetIds", "SecurityGroupIds");
            assertThat(of(area).actions()).containsAll(ENTRY);
        } else {
            assertThat(of(area).environment()).doesNotContainKey("ELEVO_POSTGRES_PASSWORD");
            assertThat(function.properties()).doesNotContainKey("VpcConfig");
            assertThat(of(area).actions()).doesNotContainAnyElementsOf(ENTRY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void only_the_sandboxes_write_to_devices_and_only_where_there_are_providers(Area area) {
        assertThat(of(area).environment()).containsKeys("ELEVO_PUSH_ANDROID", "ELEVO_PUSH_IOS");
        if (area == Area.SANDBOXES) {
            assertThat(of(area).actions()).contains("sns:CreatePlatformEndpoint", "sns:Publish", "sns:DeleteEndpoint");
        } else {
            assertThat(of(area).actions()).noneMatch(action -> action.startsWith("sns:"));
        }
    }

    @Test
    void what_is_allowed_with_devices_is_allowed_where_an_application_is_named() {
        var policies = resources.all("AWS::IAM::Policy").stream()
                .filter(policy -> policy.map("PolicyDocument").toString().contains("sns:"))
                .toList();

        assertThat(policies).hasSize(2).allSatisfy(policy -> {
            assertThat(resources.whole(policy.id())).containsKey("Condition");
            assertThat(policy.map("PolicyDocument").toString())
                    .contains(":endpoint/")
                    .contains(":app/");
        });
    }

    @Test
    void the_database_of_people_sleeps_for_nothing_and_is_reached_by_no_way_from_outside() {
        var cluster = resources.only("AWS::RDS::DBCluster");

        assertThat(cluster.map("ServerlessV2ScalingConfiguration")).containsEntry("MinCapacity", 0);
        assertThat(cluster.at("StorageEncrypted")).isEqualTo(true);
        assertThat(cluster.at("DeletionProtection")).isEqualTo(true);
        // Else a stack that is deleted would leave it in a network that then cannot be deleted.
        assertThat(resources.whole(cluster.id()))
                .containsEntry("DeletionPolicy", "Snapshot")
                .containsEntry("UpdateReplacePolicy", "Snapshot");
        assertThat(resources.all("AWS::RDS::DBSubnetGroup"))
                .allSatisfy(group -> assertThat(resources.whole(group.id()).getOrDefault("DeletionPolicy", "Delete"))
                        .isEqualTo("Delete"));
        assertThat(resources.all("AWS::EC2::NatGateway")).isEmpty();
        assertThat(resources.all("AWS::EC2::InternetGateway")).isEmpty();
        assertThat(resources.only("AWS::EC2::VPCEndpoint").at("VpcEndpointType"))
                .isEqualTo("Gateway");
    }

    @Test
    void where_requests_are_forwarded_the_function_has_a_way_out_and_the_database_has_none() {
        var stack = new Stack(new App());
        var store = new PeopleStore(stack, true);
        var place = store.network().selectSubnets(store.place()).getSubnets();
        var template = new Resources(Template.fromStack(stack).toJSON());

        assertThat(place)
                .hasSize(2)
                .allSatisfy(subnet -> assertThat(subnet.getNode().getPath()).contains("forwarding"));
        assertThat(template.all("AWS::EC2::NatGateway")).hasSize(1);
        assertThat(template.only("AWS::RDS::DBSubnetGroup").at("SubnetIds").toString())
                .contains("inside")
                .doesNotContain("forwarding", "outside");
    }

    @Test
    void no_secret_is_written_into_the_template() {
        for (var area : Area.values()) {
            assertThat(of(area).environment().entrySet())
                    .filteredOn(variable -> variable.getKey().matches(".*_(SECRET|SIGNING_KEY|PASSWORD)"))
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(variable ->
                            assertThat(variable.getValue().toString()).contains("{{resolve:secretsmanager:"));
        }
    }

    @Test
    void the_template_belongs_to_no_account_and_no_region() {
        assertThat(synthesis.read("cdk.out/manifest.json"))
                .contains("aws://unknown-account/unknown-region")
                .doesNotContain("\"missing\"");
    }

    @Test
    void a_function_that_is_not_packaged_is_named() {
        assertThatThrownBy(() -> new FunctionPackages(Path.of("nowhere")).of(Area.ADMIN))
                .hasMessageContaining("admin")
                .hasMessageContaining("mvn package");
    }

    private DeployedView of(Area area) {
        return new DeployedView(resources, area);
    }

    private Stream<Resource> routes(String protocol) {
        var apis = resources.all("AWS::ApiGatewayV2::Api").stream()
                .filter(api -> protocol.equals(api.at("ProtocolType")))
                .map(Resource::id)
                .toList();
        return resources.all("AWS::ApiGatewayV2::Route").stream()
                .filter(route -> apis.contains(Resources.target(route.at("ApiId"))));
    }

    private static String routeKey(String path) {
        return path.equals("/{rest+}") ? "$default" : "ANY " + path;
    }

    private static List<Map<String, String>> keySchema(String sortKey) {
        return List.of(
                Map.of("AttributeName", StateTable.PARTITION_KEY, "KeyType", "HASH"),
                Map.of("AttributeName", sortKey, "KeyType", "RANGE"));
    }
}
