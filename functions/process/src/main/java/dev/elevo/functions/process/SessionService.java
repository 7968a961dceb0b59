package dev.elevo.functions.process;

import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.Principal;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions in the caller's running sandboxes. */
@Singleton
class SessionService {
    private final Sandboxed sandboxes;
    private final Deployment deployment;

    SessionService(Sandboxed sandboxes, Deployment deployment) {
        this.sandboxes = sandboxes;
        this.deployment = deployment;
    }

    Session create(Principal caller, String idOrName, CreateSession request, @Nullable String onceKey) {
        return sandboxes.inside(
                caller, idOrName, (sandboxId, agent) -> agent.createSession(sandboxId, request, onceKey));
    }

    List<Session> all(Principal caller, String idOrName) {
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.sessions(sandboxId));
    }

    Session get(Principal caller, String idOrName, String sessionId) {
        RunRules.checkSession(sessionId);
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.session(sandboxId, sessionId));
    }

    void delete(Principal caller, String idOrName, String sessionId, @Nullable String onceKey) {
        RunRules.checkSession(sessionId);
        sandboxes.inside(caller, idOrName, (sandboxId, agent) -> {
            agent.deleteSession(sandboxId, sessionId, onceKey);
            return sessionId;
        });
    }

    RunAnswer exec(Principal caller, String idOrName, String sessionId, SessionExec request, @Nullable String onceKey) {
        RunRules.checkSession(sessionId);
        var filled = RunRules.fill(request, deployment.maxWaitMs());
        return FittingOutput.of(sandboxes.inside(
                caller, idOrName, (sandboxId, agent) -> agent.exec(sandboxId, sessionId, filled, onceKey)));
    }
}
