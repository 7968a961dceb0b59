package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.PtyInput;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import dev.elevo.contract.pty.ResizePty;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The agent's terminals over HTTP. */
@Singleton
@Secondary
final class HttpPtyAgent implements PtyAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** A host that is short of processors, or a terminal that is busy with what it was given before. */
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static final Argument<PtyInfo> INFO = Argument.of(PtyInfo.class);

    private final AgentConnection agent;

    HttpPtyAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public PtyInfo create(String sandboxId, CreatePty request, @Nullable String onceKey) {
        return agent.read(agent.send(call(sandboxId, "POST", "", PATIENT), request, once(onceKey)), INFO);
    }

    @Override
    public List<PtyInfo> list(String sandboxId) {
        return agent.send(call(sandboxId, "GET", "", QUICK), null, Argument.listOf(PtyInfo.class));
    }

    @Override
    public PtyInfo get(String sandboxId, int pid) {
        return agent.send(call(sandboxId, "GET", "/" + pid, QUICK), null, INFO);
    }

    @Override
    public void hangUp(String sandboxId, int pid, @Nullable String onceKey) {
        agent.send(call(sandboxId, "DELETE", "/" + pid, QUICK), null, once(onceKey));
    }

    @Override
    public PtySize resize(String sandboxId, int pid, int cols, int rows) {
        var call = call(sandboxId, "POST", "/" + pid + "/resize", QUICK);
        return agent.send(call, new ResizePty(cols, rows), Argument.of(PtySize.class));
    }

    @Override
    public int write(String sandboxId, int pid, byte[] bytes, @Nullable String onceKey) {
        var call = call(sandboxId, "POST", "/" + pid + "/write", PATIENT);
        agent.send(call, new PtyInput(Base64.getEncoder().encodeToString(bytes)), once(onceKey));
        return bytes.length;
    }

    /** Always one: a call that lost its answer is repeated, and must not do it a second time. */
    private static Map<String, String> once(@Nullable String key) {
        return Map.of(AgentPaths.ONCE_HEADER, key == null ? UUID.randomUUID().toString() : key);
    }

    private static Call call(String sandboxId, String method, String suffix, Duration timeout) {
        var path = AgentPaths.PTYS.replace("{sandboxId}", sandboxId) + suffix;
        return new Call(sandboxId, Operation.PROCESS, method, path, timeout);
    }
}
