package dev.elevo.agent.lsp;

import dev.elevo.agent.LspConfiguration;
import dev.elevo.agent.files.Files;
import dev.elevo.agent.helper.Errno;
import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.LspServerInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.lsp4j.ClientInfo;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.jspecify.annotations.Nullable;

/**
 * The server of one language and project: started when a query needs it, ended when none has for a while, started again after a
 * crash, but each time later.
 */
final class Server {
    private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    /** Whoever lives so long has not died of its start. */
    private static final Duration HEALTHY = Duration.ofMinutes(2);

    private static final int NOT_FOUND = 127;
    private static final String MARK = "ELEVO_LANGUAGE_SERVER";
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final String id = Ids.LANGUAGE_SERVER.random();
    private final ProcessHost host;
    private final Project project;
    private final MessageRoom room;
    private final Files files;
    private final InstantSource clock;
    private final AnswerBound bound;
    private final Optional<String> unwalledPrograms;
    private final Instant createdAt;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Instant lastActivityAt;
    private volatile ServerProgram program;
    private volatile @Nullable String version;
    private @Nullable CompletableFuture<Running> current;
    private @Nullable Crash crash;
    private boolean stopped;

    /** Begun and not ended yet, whatever became of their start. */
    private final Set<LiveServer> begun = new HashSet<>();

    /** What clients have opened and not closed, whatever has become of the process that knew it. */
    private final Set<String> clients = ConcurrentHashMap.newKeySet();

    /** What it serves. */
    record Project(LspLanguage language, String path, Settings settings, Duration initializing) {}

    /** Ready for queries. */
    record Running(Server owner, LiveServer live, Documents documents, Instant startedAt) {}

    private record Crash(String reason, Duration rest, Instant at) {
        Duration left(Instant now) {
            var left = Duration.between(now, at.plus(rest));
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    /** @param unwalledPrograms where programs of the host are, for a sandbox that sees the host as it is */
    Server(
            ProcessHost host,
            Project project,
            MessageRoom room,
            Files files,
            InstantSource clock,
            AnswerBound bound,
            Optional<String> unwalledPrograms) {
        this.host = host;
        this.project = project;
        this.room = room;
        this.files = files;
        this.clock = clock;
        this.bound = bound;
        this.unwalledPrograms = unwalledPrograms;
        this.createdAt = clock.instant();
        this.lastActivityAt = createdAt;
        this.program = ServerProgram.of(project.language(), project.settings().server())
                .getFirst();
    }

    String id() {
        return id;
    }

    Project project() {
        return project;
    }

    ServerProgram program() {
        return program;
    }

    LspServerInfo info() {
        return new LspServerInfo(
                id,
                project.language().wireName(),
                project.path(),
                program.programName(),
                version,
                isRunning(),
                createdAt,
                lastActivityAt);
    }

    boolean isRunning() {
        lock.lock();
        try {
            return current != null
                    && current.isDone()
                    && !current.isCompletedExceptionally()
                    && current.join().live().isAlive();
        } finally {
            lock.unlock();
        }
    }

    /** The server, started if need be; empty while it starts and the time is over. 6002, 6003. */
    Optional<Running> running(Deadline deadline) {
        lastActivityAt = clock.instant();
        try {
            return Optional.of(startedOnce().get(deadline.left(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiException known
                    ? known.failure().causedBy(e)
                    : new IllegalStateException("a language server could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.timeout(id).causedBy(e);
        }
    }

    /** What runs now; nothing is started for it. */
    Optional<Running> runningNow() {
        lock.lock();
        try {
            return isRunning() && current != null ? Optional.of(current.join()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Of a client's; what does not run has it no more, and it is a file like all others again. */
    void close(String path) {
        runningNow().ifPresentOrElse(running -> running.documents().close(path), () -> clients.remove(path));
    }

    private CompletableFuture<Running> startedOnce() {
        lock.lock();
        try {
            if (stopped) {
                throw LspFailures.noSuchServer(id).asException();
            }
            var known = current;
            if (known != null) {
                if (!known.isDone()) {
                    return known;
                }
                if (!known.isCompletedExceptionally()) {
                    var running = known.join();
                    if (running.live().isAlive()) {
                        return known;
                    }
                    noteEnd(running);
                }
            }
            var fallen = crash;
            if (fallen != null && !fallen.left(clock.instant()).isZero()) {
                throw LspFailures.resting(id, fallen.reason(), fallen.left(clock.instant()))
                        .asException();
            }
            var starting = new CompletableFuture<Running>();
            current = starting;
            Thread.ofVirtual().name("lsp-start-" + id).start(() -> start(starting));
            return starting;
        } finally {
            lock.unlock();
        }
    }

    private void noteEnd(Running running) {
        current = null;
        var end = running.live().end().getNow(null);
        var reason = end == null ? "ending" : end.reason();
        if (reason.equals("idle")) {
            return;
        }
        var before = crash;
        var lived = Duration.between(running.startedAt(), clock.instant());
        crash = new Crash(
                reason,
                before == null || lived.compareTo(HEALTHY) > 0 ? SHORTEST_REST : longer(before.rest()),
                clock.instant());
    }

    private static Duration longer(Duration rest) {
        var doubled = rest.multipliedBy(2);
        return doubled.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : doubled;
    }

    private void start(CompletableFuture<Running> starting) {
        try {
            starting.complete(start(Deadline.in(project.initializing())));
        } catch (ApiException e) {
            lock.lock();
            try {
                var before = crash;
                crash = new Crash(
                        "not_started", before == null ? SHORTEST_REST : longer(before.rest()), clock.instant());
            } finally {
                lock.unlock();
            }
            starting.completeExceptionally(e);
        } catch (RuntimeException | IOException | Error e) {
            // Whoever waits for it must not wait for ever, whatever it is.
            starting.completeExceptionally(
                    new Failure.Unavailable("The sandbox does not answer", Duration.ofSeconds(1)).causedBy(e));
        }
    }

    /** The first of its programs that is installed. */
    private Running start(Deadline deadline) throws IOException {
        ApiException missing = null;
        for (var candidate :
                ServerProgram.of(project.language(), project.settings().server())) {
            try {
                return start(candidate, deadline);
            } catch (ApiException e) {
                if (!"not_installed".equals(e.failure().details().get("reason"))) {
                    throw e;
                }
                missing = missing == null ? e : missing;
            }
        }
        if (missing == null) {
            throw new IllegalStateException("a language without a server");
        }
        throw missing;
    }

    private Running start(ServerProgram candidate, Deadline deadline) throws IOException {
        var folder = new WorkspaceFolder(FileUris.of(project.path()), project.path());
        var published = new Published(candidate.reports() == ServerProgram.Reports.IN_PARTS, Budget.KEPT);
        var live = new LiveServer(
                id,
                candidate,
                launch(candidate),
                new ServerRequests(project.settings(), folder, published),
                published,
                bound);
        var files = remember(candidate);
        var _ = live.end().whenComplete((end, failure) -> files.ifPresent(ProjectFiles::end));
        begin(live);
        var ready = false;
        try {
            live.initialize(parameters(candidate, folder), project.settings(), deadline);
            ready = true;
        } catch (TimeoutException e) {
            throw LspFailures.notStarted("timeout", candidate, project.language())
                    .causedBy(e);
        } catch (ServerGoneException e) {
            throw (e.end() instanceof ServerEnd.Exited(var bySignal, var code) && !bySignal && code == NOT_FOUND
                            ? LspFailures.notInstalled(candidate, project.language())
                            : LspFailures.notStarted("crashed", candidate, project.language()))
                    .causedBy(e);
        } catch (ServerRefusal | UnreadableAnswerException e) {
            throw LspFailures.notStarted("crashed", candidate, project.language())
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.notStarted("timeout", candidate, project.language())
                    .causedBy(e);
        } finally {
            if (!ready) {
                live.kill("not_started");
            }
        }
        program = candidate;
        version = live.abilities().version();
        var documents = new Documents(host, id, project.language(), live, this.files, clock, clients, files);
        var _ = live.end().whenComplete((end, failure) -> documents.end());
        return new Running(this, live, documents, clock.instant());
    }

    /** Before the server reads any of them, where it has to be told what changes after that. */
    private Optional<ProjectFiles> remember(ServerProgram candidate) {
        if (candidate.watching() == ServerProgram.Watching.BY_ITSELF) {
            return Optional.empty();
        }
        var all = new ProjectFiles(host.spec().id(), project.path(), files, clock, Budget.PROJECTS);
        all.remember();
        return Optional.of(all);
    }

    /** One that nobody wants any more is ended before it has begun. */
    private void begin(LiveServer live) {
        lock.lock();
        try {
            begun.add(live);
            if (stopped) {
                live.kill("stopped");
            }
        } finally {
            lock.unlock();
        }
        var _ = live.end().whenComplete((end, failure) -> forget(live));
        live.begin();
    }

    private void forget(LiveServer live) {
        lock.lock();
        try {
            begun.remove(live);
        } finally {
            lock.unlock();
        }
    }

    private ServerProcess launch(ServerProgram candidate) throws IOException {
        var spec = host.spec();
        var environment = new HashMap<>(spec.env());
        environment.put("PATH", path(spec.env(), spec.user()));
        environment.put(MARK, id);
        var request = new ExecRequest(
                spec.user(),
                project.path(),
                candidate.command(),
                environment,
                false,
                new ExecRequest.OpenInput(),
                null,
                null,
                new byte[0]);
        var helper = new Helper(host.helperSocket());
        try {
            return ServerProcess.start(helper, request, MARK + "=" + id, room);
        } catch (HelperRefusal refusal) {
            helper.close();
            throw refused(refusal, candidate).causedBy(refusal);
        } catch (IOException e) {
            helper.close();
            throw e;
        }
    }

    private Failure refused(HelperRefusal refusal, ServerProgram candidate) {
        if (refusal.step() == FailedStep.PROGRAM && refusal.errno() == Errno.ENOENT) {
            return LspFailures.notInstalled(candidate, project.language());
        }
        if (refusal.step() == FailedStep.RESOURCES || refusal.step() == FailedStep.PROCESSES) {
            return LspFailures.exhausted(
                    "The sandbox has no room for another process: some inside have to end first", "processes");
        }
        return LspFailures.notStarted("crashed", candidate, project.language());
    }

    /** The sandbox's own programs come first, then those that the operator has installed. */
    private String path(Map<String, String> env, String user) {
        var home = user.equals("root") ? "/root" : "/home/" + user;
        var places = new ArrayList<>(List.of(
                home + "/.local/bin",
                home + "/go/bin",
                home + "/.cargo/bin",
                env.getOrDefault("PATH", USUAL_PATH),
                LspConfiguration.INSIDE + "/bin"));
        unwalledPrograms.ifPresent(places::add);
        return String.join(":", places);
    }

    private InitializeParams parameters(ServerProgram candidate, WorkspaceFolder folder) {
        var parameters = new InitializeParams();
        parameters.setClientInfo(new ClientInfo("elevo"));
        parameters.setCapabilities(OurAbilities.all(candidate));
        parameters.setWorkspaceFolders(List.of(folder));
        parameters.setInitializationOptions(project.settings().initializationOptions(candidate));
        setRoot(parameters, folder.getUri());
        return parameters;
    }

    /** Older servers know no folders. */
    @SuppressWarnings("deprecation")
    private static void setRoot(InitializeParams parameters, String uri) {
        parameters.setRootUri(uri);
    }

    /** Now and then. */
    void look(Duration idle) {
        lock.lock();
        try {
            if (current == null || !current.isDone() || current.isCompletedExceptionally()) {
                return;
            }
            var live = current.join().live();
            live.look();
            // What a client has in it and nowhere else would go with it.
            if (live.isAlive() && clients.isEmpty() && clock.instant().isAfter(lastActivityAt.plus(idle))) {
                live.end("idle");
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** For good; the answer comes when nothing of it runs any more. */
    CompletableFuture<?> stop() {
        lock.lock();
        try {
            stopped = true;
            begun.forEach(live -> live.end("stopped"));
            var known = current;
            return (known == null ? CompletableFuture.completedFuture(null) : known.handle((running, failure) -> id))
                    .thenCompose(settled -> ended());
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Void> ended() {
        lock.lock();
        try {
            return CompletableFuture.allOf(begun.stream().map(LiveServer::end).toArray(CompletableFuture[]::new));
        } finally {
            lock.unlock();
        }
    }
}
