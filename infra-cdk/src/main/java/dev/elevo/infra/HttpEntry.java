package dev.elevo.infra;

import static java.util.Objects.requireNonNull;

import dev.elevo.contract.Area;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpRouteKey;
import software.amazon.awscdk.services.apigatewayv2.PayloadFormatVersion;
import software.constructs.Construct;

/**
 * The HTTP API and its routes. Methods are not told apart here, and neither CORS nor identity is configured: the functions'
 * pipeline does all that, so that it is the same in the local run.
 */
final class HttpEntry {
    /** The pattern of whatever no other area claims. */
    private static final String REST = "/{rest+}";

    private final HttpApi api;

    HttpEntry(Construct scope, Map<Area, DeployedArea> functions) {
        api = HttpApi.Builder.create(scope, "Api").build();
        functions.forEach((area, function) -> {
            var integration = HttpLambdaIntegration.Builder.create(area.areaName(), function.live())
                    .payloadFormatVersion(PayloadFormatVersion.VERSION_2_0)
                    .timeout(Duration.seconds(29))
                    .scopePermissionToRoute(false)
                    .build();
            for (var path : area.paths()) {
                HttpRoute.Builder.create(api, "Route " + path)
                        .httpApi(api)
                        .routeKey(keyOf(path))
                        .integration(integration)
                        .build();
            }
        });
    }

    String host() {
        return api.getApiId() + ".execute-api." + Aws.REGION + "." + Aws.URL_SUFFIX;
    }

    HttpApi api() {
        return api;
    }

    String url() {
        return requireNonNull(api.getUrl(), "an API with a default stage has a URL");
    }

    private static HttpRouteKey keyOf(String path) {
        // A greedy variable stands for one segment or more; $default also takes the bare "/".
        return path.equals(REST) ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, HttpMethod.ANY);
    }
}
