package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.platform.streams.SocketEvent;
import java.util.Set;

/**
 * After a change of a sandbox nothing holds any more that was said about visits before it: whoever makes a sandbox private must
 * not see a stranger come in after the answer.
 */
record ForgetfulHandler(EventHandler sandboxes, Admissions admissions) implements EventHandler {
    private static final Set<String> CHANGES = Set.of("PATCH", "PUT", "DELETE");

    @Override
    public APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) throws Exception {
        try {
            return sandboxes.handle(event);
        } finally {
            if (CHANGES.contains(event.getRequestContext().getHttp().getMethod())) {
                admissions.forgetAll();
            }
        }
    }

    @Override
    public APIGatewayV2HTTPResponse handle(SocketEvent event) throws Exception {
        return sandboxes.handle(event);
    }
}
