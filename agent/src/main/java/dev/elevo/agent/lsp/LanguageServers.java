package dev.elevo.agent.lsp;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.LspConfiguration;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.files.Files;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.StartedServer;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.lsp.ChangeDocument;
import dev.elevo.contract.lsp.CloseDocument;
import dev.elevo.contract.lsp.CodeActionQuery;
import dev.elevo.contract.lsp.CodeActions;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostics;
import dev.elevo.contract.lsp.DocumentQuery;
import dev.elevo.contract.lsp.FormatQuery;
import dev.elevo.contract.lsp.Hover;
import dev.elevo.contract.lsp.Locations;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.LspServerInfo;
import dev.elevo.contract.lsp.OpenDocument;
import dev.elevo.contract.lsp.PositionQuery;
import dev.elevo.contract.lsp.ReferencesQuery;
import dev.elevo.contract.lsp.RenameQuery;
import dev.elevo.contract.lsp.SignatureAnswer;
import dev.elevo.contract.lsp.StartServer;
import dev.elevo.contract.lsp.Symbol;
import dev.elevo.contract.lsp.Symbols;
import dev.elevo.contract.lsp.TextEdits;
import dev.elevo.contract.lsp.WorkspaceEdit;
import dev.elevo.contract.lsp.WorkspaceSymbolQuery;
import dev.elevo.contract.sandbox.Isolation;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The language servers of all sandboxes. */
@Singleton
public final class LanguageServers implements LspAgent {
    private static final Logger LOG = LoggerFactory.getLogger(LanguageServers.class);
    private static final long PERIOD_MILLIS = 1000;
    private static final Duration DEFAULT_INITIALIZING = Duration.ofSeconds(60);
    private static final int DEFAULT_SYMBOLS = 100;
    private static final Duration MOST_QUERYING = Duration.ofSeconds(30);

    /** In which one that is stopped is gone, if its sandbox is not frozen. */
    private static final int SECONDS_TO_STOP = 3;

    /** Of one server's symbols, where several are asked and the quick wait for the slow. */
    private static final int MOST_BYTES_OF_MANY = 512 << 10;

    private final ProcessHosts hosts;
    private final Files files;
    private final LspConfiguration configuration;
    private final IsolationDriver driver;
    private final InstantSource clock;
    private final Path spool;
    private final AnswerBound bound;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("language-servers").daemon().factory());

    LanguageServers(
            ProcessHosts hosts,
            Files files,
            LspConfiguration configuration,
            IsolationDriver driver,
            AgentConfiguration agent,
            ObjectMapper json,
            InstantSource clock) {
        this.hosts = hosts;
        this.files = files;
        this.configuration = configuration;
        this.driver = driver;
        this.clock = clock;
        this.spool = agent.directory().resolve("lsp");
        this.bound = new AnswerBound(json);
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private ProcessHost host(String sandboxId) {
        var host = hosts.find(sandboxId)
                .orElseThrow(() -> refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", sandboxId));
        if (!host.running()) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", sandboxId);
        }
        return host;
    }

    private static RuntimeException refused(ErrorCode code, String message, String sandboxId) {
        return new Failure.Refused(code, message, Map.of("sandboxId", sandboxId)).asException();
    }

    private Pool pool(String sandboxId) {
        return pool(host(sandboxId));
    }

    /** Servers end with the life of their sandbox; another life has another socket. */
    private Pool pool(ProcessHost host) {
        var life = life(host);
        return pools.compute(host.spec().id(), (id, known) -> {
            if (known != null && known.life().equals(life)) {
                return known;
            }
            if (known != null) {
                known.end();
            }
            return new Pool(life, new MessageRoom(spool));
        });
    }

    private static String life(ProcessHost host) {
        try {
            var attributes = java.nio.file.Files.readAttributes(host.helperSocket(), BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime();
        } catch (IOException e) {
            throw new Failure.Unavailable("The sandbox does not answer", Duration.ofSeconds(1)).causedBy(e);
        }
    }

    @Override
    public StartedServer start(String sandboxId, StartServer request, int timeMs) {
        var host = host(sandboxId);
        var language = LspLanguage.named(request.language())
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.LSP_LANGUAGE_NOT_SUPPORTED,
                                "There is no server for this language",
                                Map.of("language", Excerpt.of(request.language())))
                        .asException());
        var path = directory(sandboxId, request.projectPath());
        var initializing =
                request.initTimeout() == null ? DEFAULT_INITIALIZING : Duration.ofMillis(request.initTimeout());
        var project = new Server.Project(language, path, Settings.of(request.settings()), initializing);
        var pool = pool(host);
        var found = pool.findOrAdd(
                language, path, () -> new Server(host, project, pool.room(), files, clock, bound, unwalledPrograms()));
        try {
            found.server().running(Deadline.inMillis(timeMs));
        } catch (ApiException e) {
            if (found.isNew()) {
                var _ = pool.stop(found.server());
            }
            throw e;
        }
        return new StartedServer(found.server().info(), found.isNew());
    }

    private String directory(String sandboxId, String requested) {
        var path = SandboxPath.normal(requested);
        if (files.stat(sandboxId, new StatFile(path, true, null)).type() != FileType.DIRECTORY) {
            throw new Failure.Refused(
                            ErrorCode.NOT_A_DIRECTORY, "The project is no directory", Map.of("path", Excerpt.of(path)))
                    .asException();
        }
        return path;
    }

    private Optional<String> unwalledPrograms() {
        if (driver.isolation() == Isolation.CONTAINER) {
            return Optional.empty();
        }
        try {
            return configuration.layer().map(layer -> layer + LspConfiguration.INSIDE + "/bin");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<LspServerInfo> list(String sandboxId) {
        return pool(sandboxId).all().stream().map(Server::info).toList();
    }

    @Override
    public LspServerInfo get(String sandboxId, String serverId) {
        return pool(sandboxId).named(serverId).info();
    }

    @Override
    public void stop(String sandboxId, String serverId) {
        var pool = pool(sandboxId);
        var gone = pool.stop(pool.named(serverId));
        try {
            gone.get(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.debug("a language server takes its time to go", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a language server is not stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void open(String sandboxId, String serverId, OpenDocument request, int timeMs) {
        var path = SandboxPath.normal(request.path());
        running(pool(sandboxId).named(serverId), deadline(timeMs))
                .documents()
                .openByClient(path, request.content(), Objects.requireNonNullElse(request.version(), 1));
    }

    @Override
    public void close(String sandboxId, String serverId, CloseDocument request, int timeMs) {
        var path = SandboxPath.normal(request.path());
        pool(sandboxId).named(serverId).close(path);
    }

    @Override
    public int change(String sandboxId, String serverId, ChangeDocument request, int timeMs) {
        var path = SandboxPath.normal(request.path());
        return running(pool(sandboxId).named(serverId), deadline(timeMs))
                .documents()
                .changeByClient(
                        serverId,
                        path,
                        request.changes().stream().map(TextShapes::change).toList(),
                        request.version());
    }

    @Override
    public Symbols documentSymbols(String sandboxId, DocumentQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, Queries::documentSymbols);
    }

    @Override
    public Symbols workspaceSymbols(String sandboxId, WorkspaceSymbolQuery query, int timeMs) {
        var pool = pool(sandboxId);
        var deadline = deadline(timeMs);
        var symbols = query.serverId() == null
                ? symbolsOfAll(pool, query, deadline)
                : symbols(pool.named(query.serverId()), query, deadline, AnswerBound.PASSED_ON);
        return new Symbols(symbols.stream().limit(limit(query)).toList());
    }

    private static int limit(WorkspaceSymbolQuery query) {
        return Objects.requireNonNullElse(query.limit(), DEFAULT_SYMBOLS);
    }

    /**
     * Of those that run, or of all where none does; all have the same time. One that cannot is no reason to be silent about what
     * others know.
     */
    private List<Symbol> symbolsOfAll(Pool pool, WorkspaceSymbolQuery query, Deadline deadline) {
        var running = pool.all().stream().filter(Server::isRunning).toList();
        var found = new ArrayList<Symbol>();
        var failure = LspFailures.noServerFor(null).asException();
        var answered = false;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = (running.isEmpty() ? pool.all() : running)
                    .stream()
                            .map(server -> threads.submit(() -> symbols(server, query, deadline, MOST_BYTES_OF_MANY)))
                            .toList();
            for (var answer : answers) {
                try {
                    found.addAll(answer.get());
                    answered = true;
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof ApiException known)) {
                        throw new IllegalStateException("a language server's symbols are not found", e);
                    }
                    failure = known;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new Failure.Unavailable("The agent stops", Duration.ofSeconds(1)).causedBy(e);
                }
            }
        }
        if (!answered) {
            throw failure;
        }
        return found;
    }

    private List<Symbol> symbols(Server server, WorkspaceSymbolQuery query, Deadline deadline, int mostBytes) {
        var running = running(server, deadline);
        running.documents().bringAll();
        return read(
                server,
                () -> new Queries(server.id(), running.live(), bound, "", Counting.same(""), deadline)
                        .workspaceSymbols(query, limit(query), mostBytes));
    }

    @Override
    public CompletionList completion(String sandboxId, CompletionQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.completion(query));
    }

    @Override
    public Hover hover(String sandboxId, PositionQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.hover(query.position()));
    }

    @Override
    public Locations definition(String sandboxId, PositionQuery query, int timeMs) {
        return about(
                sandboxId, query.path(), query.serverId(), timeMs, document -> document.definition(query.position()));
    }

    @Override
    public Locations references(String sandboxId, ReferencesQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.references(query));
    }

    @Override
    public Diagnostics diagnostics(String sandboxId, DocumentQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, Queries::diagnostics);
    }

    @Override
    public WorkspaceEdit rename(String sandboxId, RenameQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.rename(query));
    }

    @Override
    public CodeActions codeActions(String sandboxId, CodeActionQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.codeActions(query));
    }

    @Override
    public TextEdits format(String sandboxId, FormatQuery query, int timeMs) {
        return about(sandboxId, query.path(), query.serverId(), timeMs, document -> document.format(query));
    }

    @Override
    public SignatureAnswer signatureHelp(String sandboxId, PositionQuery query, int timeMs) {
        return about(
                sandboxId,
                query.path(),
                query.serverId(),
                timeMs,
                document -> document.signatureHelp(query.position()));
    }

    private <T> T about(
            String sandboxId, String requested, @Nullable String serverId, int timeMs, Function<Queries, T> question) {
        var path = SandboxPath.normal(requested);
        var server = pool(sandboxId).choose(path, serverId);
        var deadline = deadline(timeMs);
        var running = running(server, deadline);
        try (var document = running.documents().bring(path)) {
            return read(
                    server,
                    () -> question.apply(new Queries(
                            server.id(), running.live(), bound, document.uri(), document.counting(), deadline)));
        }
    }

    /** An answer may lack what every answer must have, in any place. */
    private static <T> T read(Server server, Supplier<T> question) {
        try {
            return question.get();
        } catch (ApiException e) {
            throw e;
        } catch (RuntimeException e) {
            throw LspFailures.requestFailed(server.id(), "unreadable_answer", "")
                    .causedBy(e);
        }
    }

    private static Server.Running running(Server server, Deadline deadline) {
        return server.running(deadline)
                .orElseThrow(() -> LspFailures.timeout(server.id()).asException());
    }

    private static Deadline deadline(int timeMs) {
        return Deadline.inMillis(timeMs).orIn(MOST_QUERYING);
    }

    /** A round that fails must not be the last. */
    private void look() {
        try {
            pools.forEach((id, pool) -> {
                var host = hosts.find(id);
                if (host.isEmpty()) {
                    pool.end();
                    pools.remove(id, pool);
                } else if (host.get().running()) {
                    // What is frozen is there still, but cannot be ended.
                    pool.look(configuration.idle());
                }
            });
        } catch (RuntimeException e) {
            LOG.error("looking after the language servers failed", e);
        }
    }

    @PreDestroy
    void stopAll() {
        timer.shutdownNow();
        pools.values().forEach(Pool::end);
    }
}
