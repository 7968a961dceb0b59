package dev.elevo.agent.files;

import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Role;
import dev.elevo.agent.stream.Link;
import dev.elevo.agent.stream.Session;
import dev.elevo.agent.stream.StreamSource;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.files.WatchOptions;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams of changes of files. Each has a process inside the sandbox, which ends with it. */
@Singleton
public final class Watches implements StreamSource {
    static final int MOST_PER_SANDBOX = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    /** Until everything is watched that is there at the beginning. */
    private static final long FIRST_SECONDS = 15;

    private final FileServers servers;
    private final ObjectMapper json;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ends = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watch-ends").daemon().factory());

    Watches(FileServers servers, ObjectMapper json) {
        this.servers = servers;
        this.json = json;
    }

    @Override
    public boolean serves(String kind) {
        return kind.equals(StreamTarget.WATCH);
    }

    @Override
    public void check(String sandboxId, StreamTarget target) {
        try (var server = start(sandboxId, target.parameters().get(StreamTarget.USER))) {
            var first = first(target);
            if (first != null) {
                server.subscribe(0, first);
                if (await(server, server::next) instanceof WatchReply.Failed failed) {
                    throw WatchFailures.of(failed, first).asException();
                }
            }
        } catch (IOException e) {
            throw FileServers.unanswered(e);
        }
    }

    @Override
    public Session open(String sandboxId, StreamTarget target, Link link) {
        var first = first(target);
        take(sandboxId);
        WatchSession session = null;
        try {
            var server = start(sandboxId, target.parameters().get(StreamTarget.USER));
            session = new WatchSession(server, link, json, () -> giveBack(sandboxId));
            var begun = session;
            if (first != null) {
                await(server, () -> {
                    begun.watchFirst(first);
                    return first;
                });
            }
            session.begin();
            return session;
        } catch (IOException e) {
            giveUp(sandboxId, session);
            throw FileServers.unanswered(e);
        } catch (RuntimeException e) {
            giveUp(sandboxId, session);
            throw e;
        }
    }

    private void giveUp(String sandboxId, @Nullable WatchSession session) {
        if (session == null) {
            giveBack(sandboxId);
        } else {
            session.close();
        }
    }

    private void take(String sandboxId) {
        var count = open.merge(sandboxId, 1, Integer::sum);
        if (count > MOST_PER_SANDBOX) {
            giveBack(sandboxId);
            throw WatchFailures.tooManyWatches(MOST_PER_SANDBOX).asException();
        }
    }

    private void giveBack(String sandboxId) {
        open.computeIfPresent(sandboxId, (id, count) -> count == 1 ? null : count - 1);
    }

    /** What the address asked for; null when it leaves that to later messages. */
    private @Nullable WatchOptions first(StreamTarget target) {
        var text = target.parameters().get(StreamTarget.OPTIONS);
        if (text == null) {
            return null;
        }
        try {
            return Objects.requireNonNull(json.readValue(text, WatchOptions.class))
                    .checked();
        } catch (IOException e) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "What to watch is not readable").causedBy(e);
        }
    }

    private WatchServer start(String sandboxId, @Nullable String user) {
        var host = servers.running(sandboxId);
        var name = Objects.requireNonNullElse(user, host.spec().user());
        try (var helper = new Helper(host.helperSocket())) {
            return new WatchServer(helper.serve(Role.WATCH, name));
        } catch (HelperRefusal refusal) {
            throw FileFailures.of(refusal, name).causedBy(refusal);
        } catch (IOException e) {
            throw FileServers.unanswered(e);
        }
    }

    private interface Question<T> {
        T ask() throws IOException, InterruptedException;
    }

    private <T> T await(WatchServer server, Question<T> question) throws IOException {
        var end = ends.schedule(() -> end(server), FIRST_SECONDS, TimeUnit.SECONDS);
        try {
            return question.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent is stopping", e);
        } finally {
            end.cancel(false);
        }
    }

    private static void end(WatchServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the connection to a watch is not closed", e);
        }
    }

    @PreDestroy
    void stop() {
        ends.shutdownNow();
    }
}
