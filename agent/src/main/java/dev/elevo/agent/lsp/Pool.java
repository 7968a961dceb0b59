package dev.elevo.agent.lsp;

import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.lsp.LspLanguage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The servers of one sandbox. */
final class Pool {
    private final String life;
    private final MessageRoom room;
    private final List<Server> servers = new ArrayList<>();

    /** Stopped, and not gone yet. */
    private final Set<Server> leaving = new HashSet<>();

    /** Whether it was made for this call. */
    record Found(Server server, boolean isNew) {}

    /** @param life of the sandbox */
    Pool(String life, MessageRoom room) {
        this.life = life;
        this.room = room;
    }

    String life() {
        return life;
    }

    MessageRoom room() {
        return room;
    }

    synchronized Found findOrAdd(LspLanguage language, String projectPath, Supplier<Server> maker) {
        for (var server : servers) {
            if (server.project().language() == language
                    && server.project().path().equals(projectPath)) {
                return new Found(server, false);
            }
        }
        if (servers.size() + leaving.size() >= LspAgent.MOST) {
            throw LspFailures.exhausted(
                            "The sandbox has " + LspAgent.MOST + " language servers; one has to be stopped first",
                            "lsp_servers",
                            LspAgent.MOST)
                    .asException();
        }
        var made = maker.get();
        servers.add(made);
        return new Found(made, true);
    }

    synchronized List<Server> all() {
        return List.copyOf(servers);
    }

    synchronized Server named(String serverId) {
        return servers.stream()
                .filter(server -> server.id().equals(serverId))
                .findFirst()
                .orElseThrow(() -> LspFailures.noSuchServer(serverId).asException());
    }

    /** Nobody finds it from here on, but it has its place until nothing of it runs any more. */
    CompletableFuture<?> stop(Server server) {
        synchronized (this) {
            servers.remove(server);
            leaving.add(server);
        }
        return server.stop().whenComplete((gone, failure) -> left(server));
    }

    private synchronized void left(Server server) {
        leaving.remove(server);
    }

    /** The one that is named, or the one of the file's language whose project is closest around it. */
    Server choose(String path, @Nullable String serverId) {
        if (serverId != null) {
            return named(serverId);
        }
        for (var language : SourceFiles.languages(path)) {
            var closest = all().stream()
                    .filter(server -> server.project().language() == language)
                    .filter(server -> contains(server.project().path(), path))
                    .max(Comparator.comparingInt(
                            server -> server.project().path().length()));
            if (closest.isPresent()) {
                return closest.get();
            }
        }
        throw LspFailures.noServerFor(path).asException();
    }

    private static boolean contains(String directory, String path) {
        return directory.equals("/") || path.startsWith(directory + "/");
    }

    void look(Duration idle) {
        for (var server : all()) {
            server.look(idle);
        }
    }

    void end() {
        for (var server : all()) {
            var _ = stop(server);
        }
    }
}
