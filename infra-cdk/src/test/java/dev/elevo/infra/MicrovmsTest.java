package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.Area;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MicrovmsTest {
    private final Resources resources = Synthesis.ofDefaults().template();

    @Test
    void there_is_an_image_for_every_template_and_size() {
        assertThat(resources.all("AWS::Lambda::MicrovmImage"))
                .extracting(image -> image.at("Name"))
                .containsExactlyInAnyOrderElementsOf(Synthesis.TEMPLATES.keySet().stream()
                        .flatMap(template ->
                                Choices.DEFAULT.sizes().stream().map(size -> "elevo-" + template + "-" + size))
                        .toList());
    }

    @Test
    void an_image_is_of_our_zip_with_all_hooks_and_without_rights() {
        assertThat(resources.all("AWS::Lambda::MicrovmImage")).allSatisfy(image -> {
            assertThat(String.valueOf(image.map("CodeArtifact").get("Uri"))).contains("s3://", ".zip");
            assertThat(image.at("BaseImageVersion")).isEqualTo("1");
            assertThat(image.at("AdditionalOsCapabilities")).isEqualTo(List.of());
            assertThat(image.at("CpuConfigurations")).isEqualTo(List.of(Map.of("Architecture", "ARM_64")));
            assertThat(image.at("EnvironmentVariables").toString()).contains("ELEVO_DRIVER", "guest", "ELEVO_TEMPLATE");
            var hooks = image.map("Hooks");
            assertThat(hooks.get("Port")).isEqualTo(9000);
            assertThat(hooks.toString().split("ENABLED", -1)).hasSize(7);
        });
    }

    @ParameterizedTest
    @EnumSource
    void functions_are_offered_all_images_the_base_first(Area area) {
        var environment = new DeployedView(resources, area).environment();

        if (area == Area.DOCS) {
            assertThat(environment).doesNotContainKeys("ELEVO_ENGINE", "ELEVO_MICROVM_IMAGES");
        } else {
            assertThat(environment).containsEntry("ELEVO_ENGINE", "microvm").doesNotContainKey("ELEVO_AGENT_URL");
            var offered = Objects.requireNonNull(environment.get("ELEVO_MICROVM_IMAGES"))
                    .toString();
            assertThat(offered).contains("base/1024=", ",python/4096=", "LatestActiveImageVersion");
            assertThat(offered.indexOf("base/")).isLessThan(offered.indexOf("python/"));
            assertThat(environment).doesNotContainKey("ELEVO_MICROVM_EGRESS_BLOCKED");
        }
    }

    @Test
    void machines_ahead_of_need_and_higher_rates_are_there_where_they_are_chosen() {
        var usual = new DeployedView(resources, Area.SANDBOXES).environment();
        assertThat(usual).doesNotContainKeys("ELEVO_MICROVM_WARM", "ELEVO_MICROVM_RATES");

        assertThat(new DeployedView(chosen(), Area.SANDBOXES).environment())
                .containsEntry("ELEVO_MICROVM_WARM", "base/2048=3,python/1024=1")
                .containsEntry("ELEVO_MICROVM_RATES", "run=20,token=100");
        assertThat(new DeployedView(chosen(), Area.FILES).environment())
                .containsEntry("ELEVO_MICROVM_RATES", "run=20,token=100")
                .doesNotContainKey("ELEVO_MICROVM_WARM");
    }

    @Test
    void what_is_no_choice_of_machines_ahead_of_need_or_of_rates_is_told_in_a_sentence() {
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_MICROVM_WARM", "base=3")))
                .hasMessageContaining("base/2048=3");
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_MICROVM_RATES", "start=3")))
                .hasMessageContaining("start=3");
        assertThatThrownBy(() -> Synthesis.stack(Choices.from(Map.of("ELEVO_MICROVM_WARM", "ruby/2048=3"))))
                .hasMessageContaining("ruby/2048");
    }

    private static Resources chosen() {
        return Synthesis.ofEverything().template();
    }

    @Test
    void a_network_that_leads_nowhere_has_no_way_out_and_no_names_but_for_the_bucket() {
        var network = DeployedView.only(
                chosen().all("AWS::EC2::VPC").stream().filter(vpc -> vpc.id().startsWith("MicrovmsBlocked")));
        var inIt = Stream.of("AWS::EC2::VPCGatewayAttachment", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup")
                .flatMap(type -> chosen().all(type).stream())
                .filter(resource -> Resources.target(resource.at("VpcId")).equals(network.id()))
                .toList();

        assertThat(inIt).isNotEmpty().noneMatch(one -> one.properties().containsKey("InternetGatewayId"));
        assertThat(chosen().all("AWS::EC2::Route"))
                .noneMatch(route -> route.id().startsWith("MicrovmsBlocked"));
        var group =
                DeployedView.only(inIt.stream().filter(one -> one.properties().containsKey("GroupDescription")));
        assertThat(group.properties()).doesNotContainKey("SecurityGroupIngress");
        // In the group itself: one without a rule of its own begins with one that lets everything out.
        assertThat(group.list("SecurityGroupEgress"))
                .singleElement()
                .satisfies(rule -> assertThat(rule)
                        .containsEntry("DestinationPrefixListId", Map.of("Ref", "S3PrefixList"))
                        .containsEntry("FromPort", 443)
                        .containsEntry("ToPort", 443)
                        .containsEntry("IpProtocol", "tcp"));
    }

    /** A machine without internet once had no way to save or to fetch its files. */
    @Test
    void a_sandbox_without_network_reaches_the_bucket_of_its_files() {
        var endpoint = DeployedView.only(chosen().all("AWS::EC2::VPCEndpoint").stream()
                .filter(one -> one.id().startsWith("MicrovmsBlocked")));
        var bucket = DeployedView.only(
                chosen().all("AWS::S3::Bucket").stream().filter(one -> one.id().startsWith("Workspaces")));

        assertThat(endpoint.at("ServiceName").toString()).contains(".s3");
        var allowed = DeployedView.statements(endpoint).toList();
        assertThat(allowed).hasSize(1);
        assertThat(allowed.getFirst().actions()).containsExactlyInAnyOrder("s3:GetObject", "s3:PutObject");
        assertThat(allowed.getFirst().resources())
                .hasSize(3)
                .allSatisfy(resource -> assertThat(resource.toString()).contains(bucket.id()));

        var rules = chosen().only("AWS::Route53Resolver::FirewallRuleGroup").list("FirewallRules");
        assertThat(rules).extracting(rule -> rule.get("Action")).containsExactly("ALLOW", "BLOCK");
        assertThat(rules).extracting(rule -> rule.get("Priority")).containsExactly(1, 2);
        assertThat(rules.getFirst()).containsEntry("FirewallDomainRedirectionAction", "TRUST_REDIRECTION_DOMAIN");
        assertThat(domains(rules.getFirst()))
                .contains(bucket.id(), "RegionalDomainName")
                .doesNotContain("*");
        assertThat(rules.getLast()).containsEntry("BlockResponse", "NXDOMAIN");
        assertThat(domains(rules.getLast())).isEqualTo("[*]");
    }

    private static String domains(Map<String, Object> rule) {
        var list = Resources.target(Objects.requireNonNull(rule.get("FirewallDomainListId")));
        return DeployedView.only(chosen().all("AWS::Route53Resolver::FirewallDomainList").stream()
                        .filter(one -> one.id().equals(list)))
                .at("Domains")
                .toString();
    }

    @Test
    void only_the_function_that_makes_machines_knows_the_network_and_lambda_may_assume_its_role() {
        assertThat(new DeployedView(chosen(), Area.SANDBOXES).environment())
                .containsKey("ELEVO_MICROVM_EGRESS_BLOCKED");
        assertThat(new DeployedView(chosen(), Area.FILES).environment())
                .doesNotContainKey("ELEVO_MICROVM_EGRESS_BLOCKED");
        var connector = chosen().only("AWS::Lambda::NetworkConnector");
        assertThat(connector.map("Configuration").toString()).contains("MicroVm");
        var operator = DeployedView.only(chosen().all("AWS::IAM::Role").stream()
                .filter(role -> role.id().equals(Resources.target(connector.at("OperatorRole")))));
        assertThat(operator.at("AssumeRolePolicyDocument").toString()).doesNotContain("aws:Source");
    }

    @Test
    void images_stand_on_the_base_that_was_chosen() {
        assertThat(chosen().all("AWS::Lambda::MicrovmImage"))
                .isNotEmpty()
                .allSatisfy(image -> assertThat(image.at("BaseImageVersion")).isEqualTo("2"));
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_MICROVM_BASE_VERSION", "latest")))
                .hasMessageContaining("latest");
    }

    /** Else a sandbox of a size that is not offered any more could neither be reached nor ended. */
    @Test
    void machines_of_any_image_of_ours_can_be_ended_and_only_what_is_offered_can_be_started() {
        var statements = new DeployedView(resources, Area.SANDBOXES).statements();

        assertThat(statements)
                .filteredOn(statement -> statement.actions().contains("lambda:TerminateMicrovm"))
                .singleElement()
                .satisfies(statement ->
                        assertThat(statement.resources().toString()).contains(":microvm-image:elevo-*"));
        assertThat(statements)
                .filteredOn(statement -> statement.actions().contains("lambda:RunMicrovm"))
                .singleElement()
                .satisfies(statement -> assertThat(statement.resources().toString())
                        .contains("ImageArn")
                        .doesNotContain("*"));
    }

    @Test
    void sizes_that_aws_does_not_have_are_refused() {
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_MICROVM_SIZES", "1024,3000")))
                .hasMessageContaining("3000");
        assertThatThrownBy(() -> Choices.from(Map.of("ELEVO_MICROVM_SIZES", "big")))
                .hasMessageContaining("big");
        assertThat(Choices.from(Map.of("ELEVO_MICROVM_SIZES", "8192, 512")).sizes())
                .containsExactly(512, 8192);
    }

    @Test
    void an_agent_that_is_not_packaged_is_named() {
        assertThatThrownBy(() -> new AgentImages(Path.of("nowhere")).templates())
                .hasMessageContaining("microvm-image-base.zip")
                .hasMessageContaining("mvn package");
    }
}
