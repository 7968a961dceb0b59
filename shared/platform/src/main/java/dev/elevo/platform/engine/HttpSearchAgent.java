package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The agent's searches over HTTP. */
@Singleton
@Secondary
final class HttpSearchAgent implements SearchAgent {
    /** For the call itself, besides the time the search has. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private final AgentConnection agent;

    HttpSearchAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public FindResult find(String sandboxId, FindRequest request, int timeMs) {
        return agent.send(call(sandboxId, AgentPaths.FIND, timeMs), request, Argument.of(FindResult.class));
    }

    @Override
    public GrepResult grep(String sandboxId, GrepRequest request, int timeMs) {
        return agent.send(call(sandboxId, AgentPaths.GREP, timeMs), request, Argument.of(GrepResult.class));
    }

    private static Call call(String sandboxId, String path, int timeMs) {
        return new Call(
                sandboxId,
                Operation.FILES_READ,
                "POST",
                path.replace("{sandboxId}", sandboxId) + "?timeMs=" + timeMs,
                MARGIN.plusMillis(timeMs));
    }
}
