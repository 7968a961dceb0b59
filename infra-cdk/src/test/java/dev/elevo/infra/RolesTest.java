package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.contract.TableAction;
import dev.elevo.contract.TableRights;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each role may do, and why. A right that no reason names is one too many, and a reason that no right answers is out of
 * date; what the functions really do in the tables is held to the same rights in the local run's tests ({@link TableRights}).
 */
class RolesTest {
    private static final Set<String> LOG = Set.of("logs:CreateLogStream", "logs:PutLogEvents");
    private static final Set<String> STREAM_OF_THE_TABLE = Set.of(
            "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams");
    private static final Set<String> CONNECTIONS = Set.of("execute-api:ManageConnections");
    private static final Set<String> AGENTS_THAT_WRITE = Set.of("sts:AssumeRole");
    private static final Set<String> BLOBS = Set.of(
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
            "kms:Decrypt",
            "kms:GenerateDataKey");
    private static final Set<String> TOKENS = Set.of("lambda:CreateMicrovmAuthToken");
    private static final Set<String> MACHINES = Set.of(
            "lambda:CreateMicrovmAuthToken",
            "lambda:GetMicrovm",
            "lambda:ListMicrovms",
            "lambda:PassNetworkConnector",
            "lambda:ResumeMicrovm",
            "lambda:RunMicrovm",
            "lambda:SuspendMicrovm",
            "lambda:TerminateMicrovm");
    private static final Set<String> DEVICES =
            Set.of("sns:CreatePlatformEndpoint", "sns:DeleteEndpoint", "sns:Publish");
    private static final Set<String> NETWORK =
            Set.of("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces");

    /** Actions for which AWS takes no narrower resource. */
    private static final Map<String, String> WITHOUT_RESOURCE = Map.of(
            "lambda:ListMicrovms", "lists whatever machines there are; the engine finds those nobody knows of",
            "ec2:CreateNetworkInterface", "Lambda brings the function into its network",
            "ec2:DeleteNetworkInterface", "Lambda takes it out again",
            "ec2:DescribeNetworkInterfaces", "Lambda looks where it is");

    private static final String INDEXES = "/index/*";
    private static final String IMAGES = ":microvm-image:elevo-*";

    private final Resources resources = Synthesis.ofDefaults().template();

    /** What is chosen is nothing that a function would get rights for. */
    private static Stream<Arguments> areas() {
        return Stream.of(Synthesis.ofDefaults(), Synthesis.ofEverything())
                .flatMap(synthesis -> Stream.of(Area.values())
                        .map(area -> Arguments.of(area, new DeployedView(synthesis.template(), area))));
    }

    private static Set<String> needed(Area area) {
        var needed = new HashSet<String>();
        var rights = TableRights.of(area);
        needed.addAll(names(rights.actions()));
        needed.addAll(names(rights.actionsOnSandboxes()));
        needed.addAll(LOG);
        if (!area.streams().isEmpty()) {
            needed.addAll(CONNECTIONS);
        }
        if (area.hasStreamsOfSandboxes()) {
            needed.addAll(AGENTS_THAT_WRITE);
        }
        switch (area) {
            case SANDBOXES ->
                Stream.of(MACHINES, BLOBS, DEVICES, STREAM_OF_THE_TABLE).forEach(needed::addAll);
            case SNAPSHOTS, FILES -> Stream.of(TOKENS, BLOBS).forEach(needed::addAll);
            case RUNS -> Stream.of(TOKENS, BLOBS, STREAM_OF_THE_TABLE).forEach(needed::addAll);
            case PROCESS, GIT, LSP -> needed.addAll(TOKENS);
            case ADMIN -> needed.addAll(NETWORK);
            case VOLUMES, DOCS -> {}
        }
        return new TreeSet<>(needed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("areas")
    void a_role_has_the_actions_its_area_needs_and_no_others(Area area, DeployedView deployed) {
        assertThat(new TreeSet<>(deployed.actions())).isEqualTo(needed(area));
    }

    private static Set<String> names(Set<TableAction> actions) {
        return actions.stream().map(TableAction::iamName).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource
    void a_role_reaches_the_partitions_of_its_area(Area area) {
        var rights = TableRights.of(area);
        var patterns = new TreeMap<String, Object>();
        for (var statement : new DeployedView(resources, area).statements()) {
            if (statement.conditions().get("ForAllValues:StringLike") instanceof Map<?, ?> keys) {
                var partitions = Objects.requireNonNull(keys.get("dynamodb:LeadingKeys"));
                statement.actions().forEach(action -> patterns.put(action, DeployedView.listed(partitions)));
            }
        }

        assertThat(patterns)
                .isEqualTo(
                        rights.actions().stream().collect(Collectors.toMap(TableAction::iamName, rights::partitions)));
    }

    @ParameterizedTest
    @EnumSource
    void a_role_does_in_the_table_of_the_sandboxes_what_its_area_does(Area area) {
        var actions = new DeployedView(resources, area)
                .statements().stream()
                        .filter(statement -> statement.resources().stream()
                                .map(RolesTest::text)
                                .anyMatch("<StateSandboxes.Arn>"::equals))
                        .flatMap(statement -> statement.actions().stream())
                        .toList();

        assertThat(actions)
                .containsExactlyInAnyOrderElementsOf(names(TableRights.of(area).actionsOnSandboxes()));
    }

    @Test
    void every_function_has_a_role_of_its_own() {
        assertThat(Stream.of(Area.values()).map(area -> new DeployedView(resources, area).role()))
                .doesNotHaveDuplicates();
    }

    @Test
    void nothing_is_allowed_on_everything_without_a_reason_and_no_policy_is_somebody_elses() {
        assertThat(resources.all("AWS::IAM::Role"))
                .allSatisfy(role -> assertThat(role.properties()).as(role.id()).doesNotContainKey("ManagedPolicyArns"));
        assertThat(everywhere(resources)).isEqualTo(new TreeSet<>(WITHOUT_RESOURCE.keySet()));
        assertThat(everywhere(Synthesis.ofEverything().template())).isEqualTo(new TreeSet<>(WITHOUT_RESOURCE.keySet()));
    }

    private static Set<String> everywhere(Resources resources) {
        var everywhere = new TreeSet<String>();
        for (var policy : resources.all("AWS::IAM::Policy")) {
            DeployedView.statements(policy).forEach(statement -> {
                assertThat(statement.actions()).as(policy.id()).noneMatch(action -> action.contains("*"));
                if (statement.resources().equals(List.of("*"))) {
                    everywhere.addAll(statement.actions());
                }
            });
        }
        return everywhere;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("areas")
    void a_resource_that_is_a_pattern_is_one_that_has_a_reason(Area area, DeployedView deployed) {
        var found = deployed.statements().stream()
                .flatMap(statement -> statement.resources().stream())
                .filter(resource -> !resource.equals("*"))
                .map(RolesTest::text)
                .filter(resource -> resource.contains("*"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(found).isEqualTo(patterns(area));
    }

    /** All there are, with what they are in: a bucket of another area, or all of one's own table, is another text. */
    private static Set<String> patterns(Area area) {
        var patterns = new TreeSet<String>();
        if (TableRights.of(area).actionsOnSandboxes().contains(TableAction.QUERY)) {
            patterns.add("<StateSandboxes.Arn>" + INDEXES);
        }
        if (!area.streams().isEmpty()) {
            // Connections of the area's own API come and go.
            patterns.add("arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Streams" + area.areaName()
                    + "Api>/live/*/@connections/*");
        }
        switch (area) {
            case SANDBOXES -> {
                // Machines outlive what is offered; files of sandboxes and snapshots; devices of the named
                // applications.
                patterns.add(anyImage());
                patterns.addAll(files());
                patterns.add("<PushAndroid>:endpoint/<PushAndroid>/*");
                patterns.add("<PushIos>:endpoint/<PushIos>/*");
            }
            case SNAPSHOTS -> {
                patterns.add(anyImage());
                patterns.addAll(files());
            }
            case RUNS -> {
                patterns.add(anyImage());
                patterns.add("<ArtifactsBucket.Arn>/*");
            }
            case FILES -> {
                patterns.add(anyImage());
                patterns.add("<WorkspacesBucket.Arn>/transfers/*");
            }
            case PROCESS, GIT, LSP -> patterns.add(anyImage());
            case VOLUMES, DOCS, ADMIN -> {}
        }
        return patterns;
    }

    private static String anyImage() {
        return "arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>" + IMAGES;
    }

    private static Set<String> files() {
        return Set.of("<WorkspacesBucket.Arn>/workspaces/*", "<WorkspacesBucket.Arn>/snapshots/*");
    }

    /** What CloudFormation joins, with the names of what it fills in, without the hashes in them. */
    private static String text(Object resource) {
        if (!(resource instanceof Map<?, ?> function)) {
            return resource.toString();
        }
        var argument = function.values().iterator().next();
        return switch (function.keySet().iterator().next().toString()) {
            case "Fn::Join" ->
                listed(((List<?>) argument).getLast()).map(RolesTest::text).collect(Collectors.joining());
            case "Fn::GetAtt" ->
                "<"
                        + listed(argument)
                                .map(part -> part.toString().replaceFirst("[0-9A-F]{8}$", ""))
                                .collect(Collectors.joining("."))
                        + ">";
            case "Ref" -> "<" + argument.toString().replaceFirst("[0-9A-F]{8}$", "") + ">";
            // Parts of the ARN of a parameter.
            case "Fn::Select" -> text(((List<?>) argument).getLast());
            case "Fn::Split" -> text(((List<?>) argument).getLast());
            default -> resource.toString();
        };
    }

    private static Stream<Object> listed(Object list) {
        return ((List<?>) list).stream().map(Object.class::cast);
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "FILES"})
    void agents_write_to_connections_of_one_area_as_somebody_only_its_function_can_be(Area area) {
        var function = new DeployedView(resources, area);
        var theirs = DeployedView.only(resources.all("AWS::IAM::Role").stream()
                .filter(role -> role.id().startsWith("Streams" + area.areaName() + "Writers")));
        var policy = DeployedView.only(resources.all("AWS::IAM::Policy").stream()
                .filter(one -> one.list("Roles").stream()
                        .anyMatch(role -> Resources.target(role).equals(theirs.id()))));
        var api = "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<Streams" + area.areaName()
                + "Api>/live/";

        assertThat(theirs.at("AssumeRolePolicyDocument").toString()).contains(function.role() + ", Arn");
        assertThat(Resources.maps(Objects.requireNonNull(
                        theirs.map("AssumeRolePolicyDocument").get("Statement"))))
                .hasSize(1);
        assertThat(DeployedView.statements(policy)).singleElement().satisfies(may -> {
            assertThat(may.actions()).containsExactly("execute-api:ManageConnections");
            assertThat(may.resources().stream().map(RolesTest::text))
                    .containsExactly(api + "POST/@connections/*", api + "DELETE/@connections/*");
        });
        assertThat(function.environment()).containsKeys("ELEVO_STREAMS_ROLE", "ELEVO_STREAMS_STAGE");
    }

    @Test
    void what_builds_images_reads_them_and_writes_its_log() {
        var image = resources.all("AWS::Lambda::MicrovmImage").getFirst();
        var role = Resources.target(image.at("BuildRoleArn"));
        var actions = resources.all("AWS::IAM::Policy").stream()
                .filter(policy -> policy.list("Roles").stream()
                        .anyMatch(one -> Resources.target(one).equals(role)))
                .flatMap(DeployedView::statements)
                .flatMap(statement -> statement.actions().stream())
                .distinct();

        assertThat(actions).containsExactlyInAnyOrder("s3:GetObject", "logs:CreateLogStream", "logs:PutLogEvents");
    }
}
