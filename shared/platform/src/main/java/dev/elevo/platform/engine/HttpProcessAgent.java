package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.engine.AgentConnection.Answer;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The agent's processes over HTTP. */
@Singleton
@Secondary
final class HttpProcessAgent implements ProcessAgent {
    /** For the call itself, besides the time it was asked to wait. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final int ACCEPTED = 202;

    private final AgentConnection agent;

    HttpProcessAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "", waiting(request.waitMs()));
        // Always with a key: the connection repeats a call that broke, and the command must not run twice.
        var once = onceKey == null ? UUID.randomUUID().toString() : onceKey;
        return answer(agent.send(call, request, Map.of(AgentPaths.ONCE_HEADER, once)));
    }

    @Override
    public ProcessInfo get(String sandboxId, int pid) {
        return agent.send(call(sandboxId, "GET", "/" + pid, MARGIN), null, Argument.of(ProcessInfo.class));
    }

    @Override
    public RunAnswer result(String sandboxId, int pid, int waitMs) {
        var call = call(sandboxId, "GET", "/" + pid + "/result?waitMs=" + waitMs, waiting(waitMs));
        return answer(agent.send(call, null, Map.of()));
    }

    @Override
    public OutputPage output(String sandboxId, int pid, OutputQuery query) {
        var call = call(sandboxId, "GET", "/" + pid + "/output" + spell(query), waiting(query.waitMs()));
        return agent.send(call, null, Argument.of(OutputPage.class));
    }

    private RunAnswer answer(Answer answer) {
        return answer.status() == ACCEPTED
                ? agent.read(answer, Argument.of(StillRunning.class))
                : agent.read(answer, Argument.of(RunResult.class));
    }

    private static Call call(String sandboxId, String method, String suffix, Duration timeout) {
        var path = AgentPaths.PROCESSES.replace("{sandboxId}", sandboxId) + suffix;
        return new Call(sandboxId, Operation.PROCESS, method, path, timeout);
    }

    private static Duration waiting(@Nullable Integer waitMs) {
        return waitMs == null ? MARGIN : MARGIN.plusMillis(waitMs);
    }

    private static String spell(OutputQuery query) {
        var spelled = new StringJoiner("&", "?", "").setEmptyValue("");
        add(spelled, "stream", query.stream());
        add(spelled, "cursor", query.cursor());
        add(spelled, "limit", query.limit());
        add(spelled, "waitMs", query.waitMs());
        add(spelled, "encoding", query.encoding());
        return spelled.toString();
    }

    private static void add(StringJoiner query, String name, @Nullable Object value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }
}
