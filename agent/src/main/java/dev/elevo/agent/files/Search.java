package dev.elevo.agent.files;

import dev.elevo.agent.files.FileFailures.Asked;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Role;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.contract.files.SandboxPath;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches in all sandboxes of this agent: each is a process of its own inside, which a search that goes wrong takes with it. */
@Singleton
public final class Search implements SearchAgent {
    static final int MOST_AT_A_TIME = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Search.class);
    private static final int MOST_TIME_MS = 25_000;

    /** For the answer, behind the time that the search has. */
    private static final int MARGIN_MS = 3000;

    private static final long MOST_SECONDS_WAITING = 5;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final FileServers servers;
    private final AnswerRoom room;
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ends = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("search-ends").daemon().factory());

    Search(FileServers servers, AnswerRoom room) {
        this.servers = servers;
        this.room = room;
    }

    @Override
    public FindResult find(String sandboxId, FindRequest request, int timeMs) {
        var path = SandboxPath.normal(request.path());
        var time = Math.clamp(timeMs, 0, MOST_TIME_MS);
        var patterns = new SearchFailures.Patterns(request.pattern(), "", "excludeDirs");
        return inside(
                sandboxId,
                request.user(),
                time,
                (server, left) -> server.find(path, request, left),
                refusal -> SearchFailures.of(refusal, new Asked.Place(path), patterns));
    }

    @Override
    public GrepResult grep(String sandboxId, GrepRequest request, int timeMs) {
        var path = SandboxPath.normal(request.path());
        var time = Math.clamp(timeMs, 0, MOST_TIME_MS);
        var patterns = new SearchFailures.Patterns(
                request.pattern(), Objects.requireNonNullElse(request.include(), ""), "exclude");
        return inside(
                sandboxId,
                request.user(),
                time,
                (server, left) -> server.grep(path, request, left),
                refusal -> SearchFailures.of(refusal, new Asked.Existing(path), patterns));
    }

    /** Who searches in one sandbox, and who waits to. */
    private static final class Turn {
        private final Semaphore permits = new Semaphore(MOST_AT_A_TIME);
        private int users;

        Turn joined() {
            users++;
            return this;
        }

        @Nullable
        Turn left() {
            users--;
            return users == 0 ? null : this;
        }
    }

    private interface Work<T> {
        T with(SearchServer server, int timeMs) throws IOException;
    }

    private interface Refusals {
        Failure of(SearchRefusal refusal);
    }

    private <T> T inside(String sandboxId, @Nullable String user, int timeMs, Work<T> work, Refusals refusals) {
        var host = servers.running(sandboxId);
        var turn = turns.compute(sandboxId, (id, there) -> (there == null ? new Turn() : there).joined());
        try {
            var left = timeMs - await(turn);
            try {
                return search(host, user, Math.max(0, left), work);
            } finally {
                turn.permits.release();
            }
        } catch (SearchRefusal refusal) {
            throw refusals.of(refusal).causedBy(refusal);
        } catch (IOException e) {
            throw FileServers.unanswered(e);
        } finally {
            turns.compute(sandboxId, (id, there) -> turn.left());
        }
    }

    /** Whoever waits has so much less time to search: the client waits for both. */
    private static int await(Turn turn) {
        var begun = System.nanoTime();
        try {
            if (!turn.permits.tryAcquire(MOST_SECONDS_WAITING, TimeUnit.SECONDS)) {
                throw SearchFailures.tooMany().asException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
        }
        return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private <T> T search(ProcessHost host, @Nullable String user, int timeMs, Work<T> work) throws IOException {
        try (var server =
                start(host, Objects.requireNonNullElse(user, host.spec().user()))) {
            var end = ends.schedule(() -> end(server), timeMs + MARGIN_MS, TimeUnit.MILLISECONDS);
            try {
                return work.with(server, timeMs);
            } finally {
                end.cancel(false);
            }
        }
    }

    private SearchServer start(ProcessHost host, String user) throws IOException {
        try (var helper = new Helper(host.helperSocket())) {
            return new SearchServer(helper.serve(Role.SEARCH, user), room.growing());
        } catch (HelperRefusal refusal) {
            throw FileFailures.of(refusal, user).causedBy(refusal);
        }
    }

    /** One that does not end in time, frozen or stopped by what else is inside, must not keep its place for ever. */
    private static void end(SearchServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the connection to a search is not closed", e);
        }
    }

    @PreDestroy
    void stop() {
        ends.shutdownNow();
    }
}
