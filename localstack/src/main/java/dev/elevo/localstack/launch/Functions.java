package dev.elevo.localstack.launch;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.platform.streams.SocketEvent;
import java.io.IOException;

/** The functions of all areas, wherever they run. */
interface Functions extends AutoCloseable {
    APIGatewayV2HTTPResponse handle(Area area, APIGatewayV2HTTPEvent event) throws Exception;

    APIGatewayV2HTTPResponse handle(Area area, SocketEvent event) throws Exception;

    void runSchedule(Area area, String name) throws Exception;

    /** Whether somebody may see a port of a sandbox. */
    PreviewAnswer admit(PreviewVisit visit) throws Exception;

    /** Returns when all of them take requests. */
    void awaitStarted();

    /** What the machine's sandboxes are like. */
    HostInfo offer() throws IOException;

    @Override
    void close();
}
