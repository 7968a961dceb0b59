package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.StreamTicket;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

    /** For what is done in a sandbox before or besides that. */
    private static final Duration PREPARATION = Duration.ofSeconds(20);

    private static final int ACCEPTED = 202;

    private final AgentConnection agent;

    HttpProcessAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "", waiting(request.waitMs()));
        return answer(agent.send(call, request, once(onceKey)));
    }

    @Override
    public RunAnswer runCode(String sandboxId, CodeRunRequest request, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/code", waiting(request.waitMs()).plus(PREPARATION));
        return answer(agent.send(call, request, once(onceKey)));
    }

    @Override
    public RunAnswer runTool(String sandboxId, ToolRun tool, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/tool", waiting(tool.waitMs()));
        return answer(agent.send(call, tool, once(onceKey)));
    }

    @Override
    public Spawned spawn(String sandboxId, SpawnRequest request, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/spawn", MARGIN);
        return agent.read(agent.send(call, request, once(onceKey)), Argument.of(Spawned.class));
    }

    @Override
    public List<ProcessInfo> list(String sandboxId, ProcessQuery query) {
        return agent.send(call(sandboxId, "POST", "/list", PREPARATION), query, Argument.listOf(ProcessInfo.class));
    }

    @Override
    public Killed kill(String sandboxId, int pid, Kill how, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/" + pid + "/kill", waiting(how.await() ? how.timeoutMs() : 0));
        return agent.read(agent.send(call, how, once(onceKey)), Argument.of(Killed.class));
    }

    @Override
    public Written write(String sandboxId, int pid, WriteRequest request, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/" + pid + "/write", MARGIN.plus(PREPARATION));
        return agent.read(agent.send(call, request, once(onceKey)), Argument.of(Written.class));
    }

    @Override
    public String streamTicket(String sandboxId, RunRequest request) {
        var call = call(sandboxId, "POST", "/stream", MARGIN);
        return agent.read(agent.send(call, request, Map.of()), Argument.of(StreamTicket.class))
                .path();
    }

    @Override
    public Session createSession(String sandboxId, CreateSession request, @Nullable String onceKey) {
        var call = session(sandboxId, "POST", "", PREPARATION);
        return agent.read(agent.send(call, request, once(onceKey)), Argument.of(Session.class));
    }

    @Override
    public List<Session> sessions(String sandboxId) {
        return agent.send(session(sandboxId, "GET", "", PREPARATION), null, Argument.listOf(Session.class));
    }

    @Override
    public Session session(String sandboxId, String sessionId) {
        return agent.send(session(sandboxId, "GET", "/" + sessionId, PREPARATION), null, Argument.of(Session.class));
    }

    @Override
    public void deleteSession(String sandboxId, String sessionId, @Nullable String onceKey) {
        agent.send(session(sandboxId, "DELETE", "/" + sessionId, PREPARATION), null, once(onceKey));
    }

    @Override
    public RunAnswer exec(String sandboxId, String sessionId, SessionExec request, @Nullable String onceKey) {
        var call = session(sandboxId, "POST", "/" + sessionId + "/exec", waiting(request.waitMs()));
        return answer(agent.send(call, request, once(onceKey)));
    }

    /** Always with a key: the connection repeats a call that broke, and nothing must happen twice. */
    private static Map<String, String> once(@Nullable String key) {
        return Map.of(AgentPaths.ONCE_HEADER, key == null ? UUID.randomUUID().toString() : key);
    }

    private static Call session(String sandboxId, String method, String suffix, Duration timeout) {
        var path = AgentPaths.SESSIONS.replace("{sandboxId}", sandboxId) + suffix;
        return new Call(sandboxId, Operation.PROCESS, method, path, timeout);
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

    private RunAnswer answer(WholeAnswer answer) {
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
