package dev.elevo.infra;

import dev.elevo.contract.Area;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_integrations.WebSocketLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.WebSocketApi;
import software.amazon.awscdk.services.apigatewayv2.WebSocketRouteOptions;
import software.amazon.awscdk.services.apigatewayv2.WebSocketStage;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * The WebSocket API of one area. It has one path, so it cannot tell streams of different areas apart: each area that has streams
 * has an API of its own, and {@link FrontDoor} leads the area's paths to it.
 */
final class StreamEntry extends Construct implements Provision {
    static final String STAGE = "live";

    private static final List<String> MANAGE = List.of("execute-api:ManageConnections");
    private static final List<String> ROUTES = List.of("$connect", "$disconnect", "$default");

    private final Area area;
    private final WebSocketApi api;
    private final WebSocketStage stage;

    /** There as soon as it is known who may become it. */
    private @Nullable Role writers;

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

    /** Where the function writes to, and whose right it gives away for one connection at a time. */
    @Override
    public Map<String, String> environment(Area asking) {
        if (asking != area) {
            return Map.of();
        }
        var url = stage.getCallbackUrl();
        return writers == null
                ? Map.of("ELEVO_CONNECTIONS_URL", url)
                : Map.of(
                        "ELEVO_CONNECTIONS_URL",
                        url,
                        "ELEVO_STREAMS_ROLE",
                        writers.getRoleArn(),
                        "ELEVO_STREAMS_STAGE",
                        stageArn());
    }

    /** To write to connections of this API and to end them; or to have that done by agents of sandboxes. */
    @Override
    public void grantUse(Area asking, Role role) {
        if (asking != area) {
            return;
        }
        Statements.allow(role, MANAGE, List.of(stageArn() + "/*/@connections/*"));
        if (area.hasStreamsOfSandboxes()) {
            var theirs = Role.Builder.create(this, "Writers")
                    .description("Elevo: agents that write to WebSockets, each to one")
                    .assumedBy(new ArnPrincipal(role.getRoleArn()))
                    .build();
            Statements.allow(
                    theirs,
                    MANAGE,
                    List.of(stageArn() + "/POST/@connections/*", stageArn() + "/DELETE/@connections/*"));
            Statements.allow(role, List.of("sts:AssumeRole"), List.of(theirs.getRoleArn()));
            writers = theirs;
        }
    }

    private String stageArn() {
        return "arn:" + Aws.PARTITION + ":execute-api:" + Aws.REGION + ":"
                + Stack.of(this).getAccount() + ":" + api.getApiId() + "/" + STAGE;
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
