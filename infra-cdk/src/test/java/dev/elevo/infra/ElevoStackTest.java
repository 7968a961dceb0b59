package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.contract.Area;
import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.infra.Resources.Resource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/** The stack is synthesised once: every construct is a call into a Node process. */
class ElevoStackTest {
    /** What Lambda wants in order to bring a function into a network; AWS knows no narrower resource for it. */
    private static final List<String> ENTRY =
            List.of("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Resources resources;

    @BeforeAll
    static void synthesise() throws IOException {
        assumeTrue(nodeIsInstalled(), "skipped: the CDK's constructs run on Node, and there is no node on the PATH");
        for (var area : Area.values()) {
            writePackage(area);
        }
        var app = new App(
                AppProps.builder().outdir(folder.resolve("cdk.out").toString()).build());
        resources = new Resources(Template.fromStack(new ElevoStack(app, new FunctionPackages(folder), false))
                .toJSON());
    }

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
        var told =
                Objects.requireNonNull(environment(functionOf(Area.SANDBOXES)).get("ELEVO_SANDBOX_TABLE"));
        var table = only(resources.all("AWS::DynamoDB::Table").stream()
                .filter(candidate -> candidate.id().equals(Resources.target(told))));

        assertThat(table.at("LocalSecondaryIndexes"))
                .isEqualTo(SandboxTable.LOCAL_INDEXES.stream()
                        .map(index -> Map.of(
                                "IndexName", index.name(),
                                "KeySchema", keySchema(index.sortKey()),
                                "Projection", Map.of("ProjectionType", "KEYS_ONLY")))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void every_area_is_a_snapshotted_java_25_function(Area area) {
        var function = functionOf(area);

        assertThat(function.at("Runtime")).isEqualTo("java25");
        assertThat(function.at("Architectures")).isEqualTo(List.of("arm64"));
        assertThat(function.at("SnapStart")).isEqualTo(Map.of("ApplyOn", "PublishedVersions"));
        assertThat(function.at("Timeout")).isEqualTo(29);
        assertThat(log(function).at("RetentionInDays")).isEqualTo(30);
        assertThat(environment(function))
                .containsKeys(
                        "ELEVO_TABLE",
                        "ELEVO_SANDBOX_TABLE",
                        "ELEVO_CURSOR_SECRET",
                        "ELEVO_JWT_SECRET",
                        "ELEVO_AGENT_SIGNING_KEY");
    }

    @ParameterizedTest
    @EnumSource
    void every_area_is_called_through_its_alias_only(Area area) {
        var alias = aliasOf(area);

        assertThat(alias.at("Name")).isEqualTo("live");
        assertThat(resources.all("AWS::Lambda::Permission"))
                .extracting(permission -> Resources.target(permission.at("FunctionName")))
                .contains(alias.id())
                .doesNotContain(functionOf(area).id());
    }

    @ParameterizedTest
    @EnumSource
    void every_path_of_an_area_leads_to_its_alias(Area area) {
        for (var path : area.paths()) {
            var route = only(routes("HTTP").filter(candidate -> routeKey(path).equals(candidate.at("RouteKey"))));
            var integration = only(resources.all("AWS::ApiGatewayV2::Integration").stream()
                    .filter(candidate -> route.at("Target").toString().contains(candidate.id())));

            assertThat(Resources.target(integration.at("IntegrationUri")))
                    .isEqualTo(aliasOf(area).id());
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
                                .contains(aliasOf(area).id())))
                .toList();

        if (area.streams().isEmpty()) {
            assertThat(leading).isEmpty();
            assertThat(environment(functionOf(area))).doesNotContainKey("ELEVO_CONNECTIONS_URL");
            assertThat(actions(area)).doesNotContain("execute-api:ManageConnections");
        } else {
            assertThat(leading)
                    .extracting(route -> route.at("RouteKey"))
                    .containsExactlyInAnyOrder("$connect", "$disconnect", "$default");
            assertThat(leading)
                    .extracting(route -> Resources.target(route.at("ApiId")))
                    .containsOnly(Resources.target(leading.getFirst().at("ApiId")));
            assertThat(environment(functionOf(area))).containsKey("ELEVO_CONNECTIONS_URL");
            assertThat(actions(area)).contains("execute-api:ManageConnections");
        }
    }

    @Test
    void changes_of_sandboxes_come_to_their_function_by_the_tables_stream() {
        var mapping = mappingOf(Area.SANDBOXES);
        var table = only(resources.all("AWS::DynamoDB::Table").stream()
                .filter(candidate -> candidate.properties().containsKey("StreamSpecification")));

        assertThat(table.at("StreamSpecification")).isEqualTo(Map.of("StreamViewType", "KEYS_ONLY"));
        assertThat(Resources.target(mapping.at("EventSourceArn"))).isEqualTo(table.id());
        assertThat(Resources.target(environment(functionOf(Area.SANDBOXES)).getOrDefault("ELEVO_TABLE", Map.of())))
                .isEqualTo(table.id());
        assertThat(mapping.at("FilterCriteria").toString())
                .contains("{\"prefix\":\"OUTBOX#\"},{\"prefix\":\"STREAM#events#\"},{\"prefix\":\"PUSH#\"}")
                .contains("INSERT");
        assertThat(environment(functionOf(Area.SANDBOXES))).containsEntry("ELEVO_EVENTS_BY", "stream");
    }

    @Test
    void lines_of_runs_come_to_their_function_by_the_tables_stream_and_nothing_else_comes_to_any() {
        assertThat(mappingOf(Area.RUNS).at("FilterCriteria").toString())
                .contains("{\"prefix\":\"RUNLOG#\"},{\"prefix\":\"STREAM#runlog#\"}")
                .contains("INSERT");
        assertThat(resources.all("AWS::Lambda::EventSourceMapping")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void only_the_area_of_runs_reaches_the_bucket_of_artifacts(Area area) {
        var bucket = resources.only("AWS::S3::Bucket");

        assertThat(bucket.map("PublicAccessBlockConfiguration")).doesNotContainValue(false);
        if (area == Area.RUNS) {
            assertThat(Resources.target(
                            Objects.requireNonNull(environment(functionOf(area)).get("ELEVO_BLOBS_BUCKET"))))
                    .isEqualTo(bucket.id());
            assertThat(actions(area)).contains("s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:ListBucket");
        } else {
            assertThat(environment(functionOf(area))).doesNotContainKey("ELEVO_BLOBS_BUCKET");
            assertThat(actions(area)).noneMatch(action -> action.toString().startsWith("s3:"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_schedule_sends_its_name_to_the_alias(Area area) {
        for (var schedule : area.schedules()) {
            var input = "{\"schedule\":\"" + schedule.name() + "\"}";
            var areasOfThisName = Stream.of(Area.values())
                    .filter(other -> other.schedules().stream()
                            .anyMatch(one -> one.name().equals(schedule.name())))
                    .map(other -> aliasOf(other).id())
                    .toList();
            assertThat(resources.all("AWS::Events::Rule"))
                    .flatMap(rule -> rule.list("Targets"))
                    .filteredOn(target -> input.equals(target.get("Input")))
                    .extracting(target -> Resources.target(Objects.requireNonNull(target.get("Arn"))))
                    .contains(aliasOf(area).id())
                    .containsExactlyInAnyOrderElementsOf(areasOfThisName);
        }
    }

    @ParameterizedTest
    @EnumSource
    void only_the_administration_knows_the_database_of_people_and_is_in_its_network(Area area) {
        var function = functionOf(area);

        if (area == Area.ADMIN) {
            assertThat(environment(function))
                    .containsKeys("ELEVO_POSTGRES_URL", "ELEVO_POSTGRES_USER", "ELEVO_POSTGRES_PASSWORD");
            assertThat(String.valueOf(environment(function).get("ELEVO_POSTGRES_PASSWORD")))
                    .contains("{{resolve:secretsmanager:");
            assertThat(function.map("VpcConfig")).containsKeys("SubnetIds", "SecurityGroupIds");
            assertThat(actions(area)).containsAll(ENTRY);
        } else {
            assertThat(environment(function)).doesNotContainKey("ELEVO_POSTGRES_PASSWORD");
            assertThat(function.properties()).doesNotContainKey("VpcConfig");
            assertThat(actions(area)).doesNotContainAnyElementsOf(ENTRY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void only_the_sandboxes_write_to_devices_and_only_where_there_are_providers(Area area) {
        assertThat(environment(functionOf(area))).containsKeys("ELEVO_PUSH_ANDROID", "ELEVO_PUSH_IOS");
        if (area == Area.SANDBOXES) {
            assertThat(actions(area)).contains("sns:CreatePlatformEndpoint", "sns:Publish", "sns:DeleteEndpoint");
        } else {
            assertThat(actions(area)).noneMatch(action -> action.toString().startsWith("sns:"));
        }
    }

    @Test
    void what_is_allowed_with_devices_is_allowed_where_an_application_is_named() {
        var all = Resources.map(Objects.requireNonNull(resources.template().get("Resources")));
        var policies = resources.all("AWS::IAM::Policy").stream()
                .filter(policy -> policy.map("PolicyDocument").toString().contains("sns:"))
                .toList();

        assertThat(policies).hasSize(2).allSatisfy(policy -> {
            assertThat(Resources.map(Objects.requireNonNull(all.get(policy.id()))))
                    .containsKey("Condition");
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
    void every_function_has_a_role_of_its_own() {
        assertThat(Stream.of(Area.values()).map(area -> roleOf(functionOf(area))))
                .doesNotHaveDuplicates();
    }

    @Test
    void no_role_may_touch_everything() {
        assertThat(resources.all("AWS::IAM::Role"))
                .allSatisfy(role -> assertThat(role.properties()).as(role.id()).doesNotContainKey("ManagedPolicyArns"));
        assertThat(resources.all("AWS::IAM::Policy")).isNotEmpty().allSatisfy(policy -> {
            for (var statement : Resources.maps(
                    Objects.requireNonNull(policy.map("PolicyDocument").get("Statement")))) {
                if (!ENTRY.equals(statement.get("Action"))) {
                    assertThat(listed(Objects.requireNonNull(statement.get("Resource"))))
                            .as(policy.id())
                            .doesNotContain("*");
                }
                assertThat(listed(Objects.requireNonNull(statement.get("Action"))))
                        .as(policy.id())
                        .noneMatch(action -> action.toString().contains("*"));
            }
        });
    }

    @Test
    void no_secret_is_written_into_the_template() {
        for (var area : Area.values()) {
            var variables = environment(functionOf(area));
            assertThat(List.of("ELEVO_CURSOR_SECRET", "ELEVO_JWT_SECRET", "ELEVO_AGENT_SIGNING_KEY"))
                    .allSatisfy(name ->
                            assertThat(String.valueOf(variables.get(name))).contains("{{resolve:secretsmanager:"));
        }
    }

    @Test
    void the_template_belongs_to_no_account_and_no_region() throws IOException {
        assertThat(Files.readString(folder.resolve("cdk.out/manifest.json")))
                .contains("aws://unknown-account/unknown-region")
                .doesNotContain("\"missing\"");
    }

    @Test
    void a_function_that_is_not_packaged_is_named() {
        assertThatThrownBy(() -> new FunctionPackages(folder.resolve("nowhere")).of(Area.ADMIN))
                .hasMessageContaining("admin")
                .hasMessageContaining("mvn package");
    }

    private static Resource functionOf(Area area) {
        return only(resources.all("AWS::Lambda::Function").stream()
                .filter(function -> area.handlerClass().equals(function.at("Handler"))));
    }

    private static Resource aliasOf(Area area) {
        return only(resources.all("AWS::Lambda::Alias").stream()
                .filter(alias -> Resources.target(alias.at("FunctionName"))
                        .equals(functionOf(area).id())));
    }

    private static Resource mappingOf(Area area) {
        return only(resources.all("AWS::Lambda::EventSourceMapping").stream()
                .filter(mapping -> mapping.at("FunctionName")
                        .toString()
                        .contains(aliasOf(area).id())));
    }

    private static Map<String, Object> environment(Resource function) {
        return Resources.map(Objects.requireNonNull(function.map("Environment").get("Variables")));
    }

    private static Stream<Resource> routes(String protocol) {
        var apis = resources.all("AWS::ApiGatewayV2::Api").stream()
                .filter(api -> protocol.equals(api.at("ProtocolType")))
                .map(Resource::id)
                .toList();
        return resources.all("AWS::ApiGatewayV2::Route").stream()
                .filter(route -> apis.contains(Resources.target(route.at("ApiId"))));
    }

    private static List<Object> actions(Area area) {
        return resources.all("AWS::IAM::Policy").stream()
                .filter(policy -> policy.list("Roles").stream()
                        .anyMatch(role -> Resources.target(role).equals(roleOf(functionOf(area)))))
                .flatMap(policy ->
                        Resources.maps(Objects.requireNonNull(
                                        policy.map("PolicyDocument").get("Statement")))
                                .stream())
                .flatMap(statement -> listed(Objects.requireNonNull(statement.get("Action"))).stream())
                .toList();
    }

    private static String roleOf(Resource function) {
        return Resources.target(function.at("Role"));
    }

    private static Resource log(Resource function) {
        var group = Objects.requireNonNull(function.map("LoggingConfig").get("LogGroup"));
        return only(resources.all("AWS::Logs::LogGroup").stream()
                .filter(log -> log.id().equals(Resources.target(group))));
    }

    private static Resource only(Stream<Resource> candidates) {
        var found = candidates.toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static String routeKey(String path) {
        return path.equals("/{rest+}") ? "$default" : "ANY " + path;
    }

    private static List<Map<String, String>> keySchema(String sortKey) {
        return List.of(
                Map.of("AttributeName", StateTable.PARTITION_KEY, "KeyType", "HASH"),
                Map.of("AttributeName", sortKey, "KeyType", "RANGE"));
    }

    private static List<Object> listed(Object oneOrMany) {
        return oneOrMany instanceof List<?> many ? List.copyOf(many) : List.of(oneOrMany);
    }

    private static boolean nodeIsInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
    }

    /** The template needs a file to point to; what is in it does not matter here. */
    private static void writePackage(Area area) throws IOException {
        var target = Files.createDirectories(folder.resolve(area.areaName()).resolve("target"));
        try (var zip = new ZipOutputStream(Files.newOutputStream(target.resolve("lambda.zip")))) {
            zip.putNextEntry(new ZipEntry("lib/" + area.areaName() + ".jar"));
            zip.closeEntry();
        }
    }
}
