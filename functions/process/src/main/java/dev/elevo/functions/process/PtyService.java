package dev.elevo.functions.process;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import dev.elevo.contract.pty.ResizePty;
import dev.elevo.contract.pty.WritePty;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Terminals in the caller's running sandboxes. */
@Singleton
class PtyService {
    private final SandboxAccess access;
    private final Engine engine;

    PtyService(SandboxAccess access, Engine engine) {
        this.access = access;
        this.engine = engine;
    }

    /** @param onceKey makes the agent open one terminal for a request that is repeated with its idempotency key */
    PtyInfo create(Principal caller, String idOrName, CreatePty request, @Nullable String onceKey) {
        return inside(caller, idOrName, (sandboxId, agent) -> {
            try {
                return agent.create(sandboxId, request, onceKey);
            } catch (ApiException e) {
                // The contract names one code for whatever keeps a terminal from being opened for want of room.
                throw e.failure().code() == ErrorCode.RESOURCE_EXHAUSTED
                        ? new Failure.Refused(
                                        ErrorCode.PTY_LIMIT_EXCEEDED,
                                        e.failure().message(),
                                        e.failure().details())
                                .causedBy(e)
                        : e;
            }
        });
    }

    List<PtyInfo> list(Principal caller, String idOrName) {
        return inside(caller, idOrName, (sandboxId, agent) -> agent.list(sandboxId));
    }

    PtyInfo get(Principal caller, String idOrName, int pid) {
        RunRules.checkPid(pid);
        return inside(caller, idOrName, (sandboxId, agent) -> agent.get(sandboxId, pid));
    }

    void hangUp(Principal caller, String idOrName, int pid, @Nullable String onceKey) {
        RunRules.checkPid(pid);
        inside(caller, idOrName, (sandboxId, agent) -> {
            agent.hangUp(sandboxId, pid, onceKey);
            return pid;
        });
    }

    PtySize resize(Principal caller, String idOrName, int pid, ResizePty size) {
        RunRules.checkPid(pid);
        return inside(caller, idOrName, (sandboxId, agent) -> agent.resize(sandboxId, pid, size.cols(), size.rows()));
    }

    int write(Principal caller, String idOrName, int pid, WritePty request, @Nullable String onceKey) {
        RunRules.checkPid(pid);
        var bytes = bytes(request);
        return inside(caller, idOrName, (sandboxId, agent) -> agent.write(sandboxId, pid, bytes, onceKey));
    }

    private static byte[] bytes(WritePty request) {
        if (!"base64".equals(request.encoding())) {
            return request.data().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(request.data());
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("data", "must be base64", null).causedBy(e);
        }
    }

    private <T> T inside(Principal caller, String idOrName, BiFunction<String, PtyAgent, T> work) {
        return access.inside(caller.organizationId(), idOrName, id -> work.apply(id, engine.ptys(id)));
    }
}
