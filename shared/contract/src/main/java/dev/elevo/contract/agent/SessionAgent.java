package dev.elevo.contract.agent;

import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions inside one sandbox. */
public interface SessionAgent {

    /**
     * Begins a session.
     *
     * @param onceKey two calls with the same key begin one session; both get it
     */
    Session createSession(String sandboxId, CreateSession request, @Nullable String onceKey);

    List<Session> sessions(String sandboxId);

    Session session(String sandboxId, String sessionId);

    /** Kills what runs of it. */
    void deleteSession(String sandboxId, String sessionId, @Nullable String onceKey);

    /** Runs a command behind those before it, and waits as long as the request says; never, where it says so, also not for a result. */
    RunAnswer exec(String sandboxId, String sessionId, SessionExec request, @Nullable String onceKey);
}
