package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.AttachStream;
import dev.elevo.contract.agent.ClientSaid;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.Heard;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ServedStream;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.agent.TicketRequest;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The agent's streams over HTTP. */
@Singleton
@Secondary
class HttpStreamAgent implements StreamAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** A terminal may be busy with what it was given before. */
    private static final Duration SAYING = Duration.ofSeconds(20);

    private static final int NOT_SERVED = 202;
    private static final int GRANT_ENDING = 200;

    private final AgentConnection agent;

    HttpStreamAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public void attach(String sandboxId, String connectionId, AttachStream stream) {
        agent.send(call(sandboxId, "PUT", one(connectionId), QUICK), stream, Map.of());
    }

    @Override
    public Heard say(String sandboxId, String connectionId, String text) {
        var call = call(sandboxId, "POST", one(connectionId), SAYING);
        return switch (agent.sendOnce(call, new ClientSaid(text)).status()) {
            case NOT_SERVED -> Heard.BY_NOBODY;
            case GRANT_ENDING -> Heard.WITH_GRANT_ENDING;
            default -> Heard.YES;
        };
    }

    @Override
    public void renew(String sandboxId, String connectionId, ConnectionGrant grant) {
        agent.send(call(sandboxId, "PUT", one(connectionId) + "/grant", QUICK), grant, Map.of());
    }

    @Override
    public void detach(String sandboxId, String connectionId) {
        agent.send(call(sandboxId, "DELETE", one(connectionId), QUICK), null, Map.of());
    }

    @Override
    public List<ServedStream> attached(String sandboxId) {
        return agent.send(call(sandboxId, "GET", "", QUICK), null, Argument.listOf(ServedStream.class));
    }

    @Override
    public DirectTicket ticket(String sandboxId, TicketRequest request) {
        return agent.send(call(sandboxId, "POST", "", QUICK), request, Argument.of(DirectTicket.class));
    }

    private static String one(String connectionId) {
        return "/" + URLEncoder.encode(connectionId, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Call call(String sandboxId, String method, String suffix, Duration timeout) {
        var path = AgentPaths.STREAMS.replace("{sandboxId}", sandboxId) + suffix;
        return new Call(sandboxId, Operation.STREAM, method, path, timeout);
    }
}
