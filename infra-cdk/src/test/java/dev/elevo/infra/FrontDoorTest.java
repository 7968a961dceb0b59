package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrontDoorTest {
    private final Resources resources = Synthesis.ofDefaults().template();
    private final Map<String, Object> distribution =
            resources.only("AWS::CloudFront::Distribution").map("DistributionConfig");

    @Test
    void every_stream_leads_to_the_web_socket_api_of_its_area_and_everything_else_to_the_http_api() {
        var behaviors = Resources.maps(Objects.requireNonNull(distribution.get("CacheBehaviors")));
        var http = target(Resources.map(Objects.requireNonNull(distribution.get("DefaultCacheBehavior"))));

        assertThat(behaviors)
                .extracting(behavior -> behavior.get("PathPattern"))
                .startsWith("/api/v1/sandboxes/*/process/run/stream")
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("/api/v1/sandboxes/*/process/run/stream"),
                                Stream.of(Area.values())
                                        .flatMap(area -> area.streams().stream())
                                        .map(path -> path.replaceAll("\\{[a-z]+}", "*")))
                        .toList());
        assertThat(target(behaviors.getFirst())).isEqualTo(http);
        for (var area : Area.values()) {
            for (var path : area.streams()) {
                var pattern = path.replaceAll("\\{[a-z]+}", "*");
                var behavior = behaviors.stream()
                        .filter(one -> pattern.equals(one.get("PathPattern")))
                        .findFirst()
                        .orElseThrow();
                assertThat(String.valueOf(origin(target(behavior)).get("DomainName")))
                        .contains(api(area));
            }
        }
    }

    @Test
    void nothing_is_kept_at_the_edge_and_nothing_comes_unencrypted() {
        var all = Stream.concat(
                Stream.of(Resources.map(Objects.requireNonNull(distribution.get("DefaultCacheBehavior")))),
                Resources.maps(Objects.requireNonNull(distribution.get("CacheBehaviors"))).stream());

        assertThat(all).allSatisfy(behavior -> {
            // AWS's own policies: CachingDisabled, and all of the request but its Host.
            assertThat(behavior)
                    .containsEntry("CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")
                    .containsEntry("OriginRequestPolicyId", "b689b0a8-53d0-40ab-baf2-68738e2966ac")
                    .containsEntry("ViewerProtocolPolicy", "https-only");
        });
        assertThat(Resources.maps(Objects.requireNonNull(distribution.get("Origins"))))
                .allSatisfy(origin -> assertThat(String.valueOf(origin.get("CustomOriginConfig")))
                        .contains("https-only", "TLSv1.2"))
                .allSatisfy(origin -> assertThat(String.valueOf(origin.get("OriginCustomHeaders")))
                        .contains("X-Elevo-Front-Door", "{{resolve:secretsmanager:"));
    }

    @Test
    void a_name_and_a_firewall_are_there_where_they_are_given() {
        assertThat(String.valueOf(distribution.get("Aliases"))).contains("Fn::If", "DomainName", "AWS::NoValue");
        assertThat(String.valueOf(distribution.get("ViewerCertificate")))
                .contains("CertificateArn", "TLSv1.2_2021", "CloudFrontDefaultCertificate");
        assertThat(String.valueOf(distribution.get("WebACLId"))).contains("WebAclArn", "AWS::NoValue");
    }

    @Test
    void functions_are_told_who_calls_and_whom_he_means_whatever_he_says_himself() throws Exception {
        assertThat(run("visitor.js", "/api/v1/stats"))
                .isEqualTo("/api/v1/stats {} {\"host\":\"box.example\",\"x-elevo-address\":\"192.0.2.7\","
                        + "\"x-elevo-host\":\"box.example\"}");
    }

    @Test
    void a_stream_is_named_in_the_query() throws Exception {
        assertThat(run("stream.js", "/api/v1/sandboxes/a%20b/files/watch"))
                .startsWith("/live {\"stream\":\"%2Fapi%2Fv1%2Fsandboxes%2Fa%2520b%2Ffiles%2Fwatch\"} ")
                .contains("\"x-elevo-address\":\"192.0.2.7\"");
    }

    /** As CloudFront does, with a request that tries to pass for another's. */
    private static String run(String script, String uri) throws IOException, InterruptedException {
        try (var source = FrontDoor.class.getResourceAsStream(script)) {
            var program = new String(Objects.requireNonNull(source).readAllBytes(), StandardCharsets.UTF_8)
                    + """
                    const request = handler({
                        viewer: { ip: '192.0.2.7' },
                        request: {
                            uri: '%s', querystring: {},
                            headers: { host: { value: 'box.example' }, 'x-elevo-address': { value: '10.0.0.1' } },
                        },
                    });
                    const flat = (all) => JSON.stringify(
                        Object.fromEntries(Object.entries(all).sort().map(([name, one]) => [name, one.value])));
                    process.stdout.write(`${request.uri} ${flat(request.querystring)} ${flat(request.headers)}`);
                    """.formatted(uri);
            var node = new ProcessBuilder("node", "-e", program)
                    .redirectErrorStream(true)
                    .start();
            var said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return said;
        }
    }

    private String api(Area area) {
        var connections = new DeployedView(resources, area).environment().get("ELEVO_CONNECTIONS_URL");
        return resources.all("AWS::ApiGatewayV2::Api").stream()
                .map(Resources.Resource::id)
                .filter(id -> String.valueOf(connections).contains(id))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> origin(String id) {
        List<Map<String, Object>> origins = Resources.maps(Objects.requireNonNull(distribution.get("Origins")));
        return origins.stream()
                .filter(origin -> id.equals(origin.get("Id")))
                .findFirst()
                .orElseThrow();
    }

    private static String target(Map<String, Object> behavior) {
        return String.valueOf(behavior.get("TargetOriginId"));
    }
}
