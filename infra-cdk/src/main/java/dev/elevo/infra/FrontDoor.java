package dev.elevo.infra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.cloudfront.AllowedMethods;
import software.amazon.awscdk.services.cloudfront.BehaviorOptions;
import software.amazon.awscdk.services.cloudfront.CachePolicy;
import software.amazon.awscdk.services.cloudfront.CfnDistribution;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.cloudfront.Function;
import software.amazon.awscdk.services.cloudfront.FunctionAssociation;
import software.amazon.awscdk.services.cloudfront.FunctionCode;
import software.amazon.awscdk.services.cloudfront.FunctionEventType;
import software.amazon.awscdk.services.cloudfront.FunctionRuntime;
import software.amazon.awscdk.services.cloudfront.OriginRequestPolicy;
import software.amazon.awscdk.services.cloudfront.OriginSslPolicy;
import software.amazon.awscdk.services.cloudfront.ViewerProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.origins.HttpOrigin;
import software.constructs.Construct;

/**
 * The one host name that clients see: paths of streams lead to the WebSocket API of their area, all others to the HTTP API. It
 * caches nothing, and tells functions the caller's address and the host he meant, which API Gateway behind it cannot know.
 */
final class FrontDoor extends Construct {
    /** Answered piece by piece over HTTP; a run's stream has the same path, but for the id in it. */
    private static final String RUN_STREAM = "/api/v1/sandboxes/*/process/run/stream";

    /** CloudFront has its certificates there only. */
    private static final String CERTIFICATES = "us-east-1";

    private final Distribution distribution;
    private final String address;

    FrontDoor(Construct scope, HttpEntry http, List<StreamEntry> streams, Settings settings) {
        super(scope, "FrontDoor");
        var secret = settings.frontDoorSecret();
        var visitor = script("Visitor", "visitor.js");
        var stream = script("Stream", "stream.js");
        var toHttp = behavior(http.host(), visitor, secret);
        var behaviors = new LinkedHashMap<String, BehaviorOptions>();
        behaviors.put(RUN_STREAM, toHttp);
        for (var entry : streams) {
            var toStreams = behavior(entry.host(), stream, secret);
            entry.area().streams().forEach(path -> behaviors.put(path.replaceAll("\\{[^}]+}", "*"), toStreams));
        }
        distribution = Distribution.Builder.create(this, "Distribution")
                // A new value of its secret comes with a change of something: this one.
                .comment("Elevo, rotation " + settings.rotation())
                .defaultBehavior(toHttp)
                .additionalBehaviors(behaviors)
                .build();
        address = name(scope);
    }

    String url() {
        return "https://" + address;
    }

    String distributionDomain() {
        return distribution.getDistributionDomainName();
    }

    private static BehaviorOptions behavior(String host, Function script, String secret) {
        return BehaviorOptions.builder()
                .origin(HttpOrigin.Builder.create(host)
                        .originSslProtocols(List.of(OriginSslPolicy.TLS_V1_2))
                        .customHeaders(Map.of("X-Elevo-Front-Door", secret))
                        .build())
                .allowedMethods(AllowedMethods.ALLOW_ALL)
                .cachePolicy(CachePolicy.CACHING_DISABLED)
                .originRequestPolicy(OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER)
                .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
                .compress(false)
                .functionAssociations(List.of(FunctionAssociation.builder()
                        .eventType(FunctionEventType.VIEWER_REQUEST)
                        .function(script)
                        .build()))
                .build();
    }

    private Function script(String id, String resource) {
        try (var source = FrontDoor.class.getResourceAsStream(resource)) {
            return Function.Builder.create(this, id)
                    .runtime(FunctionRuntime.JS_2_0)
                    .code(FunctionCode.fromInline(
                            new String(requireNonNull(source, resource).readAllBytes(), UTF_8)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By parameters, so that one template serves deployments with a name of their own and without. */
    private String name(Construct scope) {
        var domain = parameter(scope, "DomainName", "Host name of the deployment");
        var certificate = parameter(scope, "CertificateArn", "Certificate of the host name in ACM, in " + CERTIFICATES);
        var firewall = parameter(scope, "WebAclArn", "Web ACL of WAF (scope CLOUDFRONT) that stands in front");
        var named = given("Named", domain);
        var properties = (CfnDistribution) requireNonNull(distribution.getNode().getDefaultChild());
        properties.addPropertyOverride(
                "DistributionConfig.Aliases", Fn.conditionIf(named.getLogicalId(), List.of(domain), Aws.NO_VALUE));
        properties.addPropertyOverride(
                "DistributionConfig.ViewerCertificate",
                Fn.conditionIf(
                        named.getLogicalId(),
                        InOrder.of(Map.of(
                                "AcmCertificateArn",
                                certificate,
                                "MinimumProtocolVersion",
                                "TLSv1.2_2021",
                                "SslSupportMethod",
                                "sni-only")),
                        Map.of("CloudFrontDefaultCertificate", true)));
        properties.addPropertyOverride(
                "DistributionConfig.WebACLId",
                Fn.conditionIf(given("Guarded", firewall).getLogicalId(), firewall, Aws.NO_VALUE));
        return Fn.conditionIf(named.getLogicalId(), domain, distribution.getDistributionDomainName())
                .toString();
    }

    private static String parameter(Construct scope, String name, String description) {
        return CfnParameter.Builder.create(scope, name)
                .type("String")
                .defaultValue("")
                .description(description + "; empty for none")
                .build()
                .getValueAsString();
    }

    private CfnCondition given(String name, String value) {
        return CfnCondition.Builder.create(this, name)
                .expression(Fn.conditionNot(Fn.conditionEquals(value, "")))
                .build();
    }
}
