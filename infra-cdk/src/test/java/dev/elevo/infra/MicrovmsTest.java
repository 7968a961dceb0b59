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
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

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
    void a_network_that_leads_nowhere_has_no_way_out_and_no_names() {
        var app = new App();
        var stack = new Stack(app, "Nowhere");
        var networks = new SandboxNetworks(stack, true);
        assertThat(networks.blocked()).isPresent();
        assertThat(networks.connectors()).hasSize(3);
        var template = new Resources(Template.fromStack(stack).toJSON());

        assertThat(Stream.of("AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::VPCEndpoint"))
                .allSatisfy(type -> assertThat(template.all(type)).isEmpty());
        // What the CDK writes for "nothing": a rule to an address that is none.
        assertThat(template.only("AWS::EC2::SecurityGroup")
                        .at("SecurityGroupEgress")
                        .toString())
                .contains("255.255.255.255/32");
        assertThat(template.only("AWS::Route53Resolver::FirewallRuleGroup")
                        .at("FirewallRules")
                        .toString())
                .contains("BLOCK", "NXDOMAIN");
        assertThat(template.only("AWS::Lambda::NetworkConnector")
                        .map("Configuration")
                        .toString())
                .contains("MicroVm");
        assertThat(template.only("AWS::IAM::Role")
                        .at("AssumeRolePolicyDocument")
                        .toString())
                .doesNotContain("aws:Source");
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
