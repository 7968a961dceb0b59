package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import software.amazon.awscdk.aws_apigatewayv2_integrations.WebSocketLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.WebSocketApi;
import software.amazon.awscdk.services.apigatewayv2.WebSocketRouteOptions;
import software.amazon.awscdk.services.apigatewayv2.WebSocketStage;
import software.amazon.awscdk.services.iam.IGrantable;
import software.constructs.Construct;

/**
 * The WebSocket API of one area. It has one path, so it cannot tell streams of different areas apart: each area that has streams
 * has an API of its own.
 */
final class StreamEntry extends Construct {
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
                .stageName("live")
                .autoDeploy(true)
                .build();
    }

    /** Where clients connect to. */
    String url() {
        return stage.getUrl();
    }

    /** Where the function writes to. */
    String callbackUrl() {
        return stage.getCallbackUrl();
    }

    /** To write to connections of this API and to end them. */
    void grantUse(IGrantable function) {
        stage.grantManagementApiAccess(function);
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
