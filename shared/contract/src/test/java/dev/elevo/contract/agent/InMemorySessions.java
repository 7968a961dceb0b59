package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The sessions of one sandbox in memory. Nothing is carried over; an id that begins with {@code expired} has ended by its time. */
final class InMemorySessions {
    private static final int MOST = 10;

    private final SandboxSpec sandbox;
    private final InMemoryProcesses processes;
    private final InstantSource clock;
    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Session> once = new ConcurrentHashMap<>();

    InMemorySessions(SandboxSpec sandbox, InMemoryProcesses processes, InstantSource clock) {
        this.sandbox = sandbox;
        this.processes = processes;
        this.clock = clock;
    }

    Session create(CreateSession request, @Nullable String onceKey) {
        return onceKey == null ? create(request) : once.computeIfAbsent(onceKey, key -> create(request));
    }

    private Session create(CreateSession request) {
        var id = request.id() == null ? Ids.SESSION.random() : request.id();
        if (sessions.containsKey(id)) {
            throw InMemoryAgent.refused(ErrorCode.SESSION_ALREADY_EXISTS, "there is one");
        }
        if (sessions.size() >= MOST) {
            throw InMemoryAgent.refused(ErrorCode.RESOURCE_EXHAUSTED, "too many sessions");
        }
        var session = new Session(
                id,
                clock.instant(),
                clock.instant(),
                request.cwd() == null ? sandbox.workDir() : request.cwd(),
                request.user() == null ? sandbox.user() : request.user(),
                request.env() == null ? Map.of() : request.env(),
                List.of(),
                true);
        sessions.put(id, session);
        return session;
    }

    List<Session> all() {
        return List.copyOf(sessions.values());
    }

    Session get(String id) {
        if (id.startsWith("expired")) {
            throw InMemoryAgent.refused(ErrorCode.SESSION_EXPIRED, "idle for too long");
        }
        var session = sessions.get(id);
        if (session == null) {
            throw InMemoryAgent.refused(ErrorCode.SESSION_NOT_FOUND, "no such session");
        }
        return session;
    }

    void delete(String id) {
        sessions.remove(get(id).id());
    }

    RunAnswer exec(String id, SessionExec request, @Nullable String onceKey) {
        var session = get(id);
        var history = new ArrayList<>(session.commandHistory());
        history.add(request.command());
        sessions.put(
                id,
                new Session(
                        id,
                        session.createdAt(),
                        clock.instant(),
                        session.cwd(),
                        session.user(),
                        session.env(),
                        history,
                        true));
        var run = new RunRequest(
                request.command(),
                null,
                null,
                session.cwd(),
                null,
                null,
                null,
                null,
                request.timeoutMs(),
                request.waitMs(),
                request.encoding(),
                null,
                null);
        return Boolean.FALSE.equals(request.await()) ? processes.started(run, onceKey) : processes.run(run, onceKey);
    }
}
