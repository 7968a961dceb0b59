package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_integrations.WebSocketLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.WebSocketApi;
import software.amazon.awscdk.services.apigatewayv2.WebSocketRouteOptions;
import software.amazon.awscdk.services.apigatewayv2.WebSocketStage;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * The WebSocket API of one area. It has one path, so it cannot tell streams of different areas apart: each area that has streams
 * has an API of its own, and {@link FrontDoor} leads the area's paths to it.
 */
final class StreamEntry extends Construct implements Provision {
    static final String STAGE = "live";

    private static final List<String> ROUTES = List.of("$connect", "$disconnect", "$default");

    private final Area area;
    private final WebSocketApi api;
    private final WebSocketStage stage;

    StreamEntry(Construct scope, Area area) {
        super(scope, "Streams " + area.areaName());
        this.area = area;
        api = WebSocketApi.Builder.create(this, "Api").build();
        stage = WebSocketStage.Builder.create(this, "Stage")
                .webSocketApi(api)
                .stageName(STAGE)
                .autoDeploy(true)
                .build();
    }

    Area area() {
        return area;
    }

    String host() {
        return api.getApiId() + ".execute-api." + Aws.REGION + "." + Aws.URL_SUFFIX;
    }

    /** Where the function writes to. */
    @Override
    public Map<String, String> environment(Area asking) {
        return asking == area ? Map.of("ELEVO_CONNECTIONS_URL", stage.getCallbackUrl()) : Map.of();
    }

    /** To write to connections of this API and to end them. */
    @Override
    public void grantUse(Area asking, Role role) {
        if (asking == area) {
            Statements.allow(
                    role,
                    List.of("execute-api:ManageConnections"),
                    List.of("arn:" + Aws.PARTITION + ":execute-api:" + Aws.REGION + ":"
                            + Stack.of(this).getAccount() + ":" + api.getApiId() + "/" + STAGE + "/*/@connections/*"));
        }
    }

    void leadTo(DeployedArea function) {
        for (var route : ROUTES) {
            api.addRoute(
                    route,
                    WebSocketRouteOptions.builder()
                            .integration(new WebSocketLambdaIntegration(area.areaName() + " " + route, function.live()))
                            .build());
        }
    }
}
