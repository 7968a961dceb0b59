package dev.elevo.agent.lsp;

import dev.elevo.contract.ApiException;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.messages.NotificationMessage;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that runs: questions to it, each with its time, and what it has told of itself. */
final class LiveServer {
    private static final Logger LOG = LoggerFactory.getLogger(LiveServer.class);

    /** At a time; the next ones wait. */
    private static final int MOST_REQUESTS = 16;

    private static final int MOST_TRIES = 5;
    private static final int CONTENT_MODIFIED = -32801;
    private static final int SERVER_CANCELLED = -32802;
    private static final Duration FAREWELL = Duration.ofMillis(500);
    private static final String DIAGNOSTICS = "textDocument/publishDiagnostics";
    private static final Map<String, JsonRpcMethod> METHODS = new ConcurrentHashMap<>();

    static {
        METHODS.putAll(ServiceEndpoints.getSupportedMethods(LanguageClient.class));
        METHODS.putAll(ServiceEndpoints.getSupportedMethods(LanguageServer.class));
    }

    private final String id;
    private final ServerProgram program;
    private final ServerProcess process;
    private final ServerRequests requestsOfServer;
    private final Published published;
    private final AnswerBound bound;
    private final MessageJsonHandler json = new MessageJsonHandler(METHODS);
    private final Questions questions = new Questions(json, this::say);
    private final LanguageServer remote = ServiceEndpoints.toServiceObject(questions, LanguageServer.class);
    private final Semaphore requests = new Semaphore(MOST_REQUESTS, true);
    private final Silence silence = new Silence();
    private volatile Abilities abilities = Abilities.of(null);

    LiveServer(
            String id,
            ServerProgram program,
            ServerProcess process,
            ServerRequests requestsOfServer,
            Published published,
            AnswerBound bound) {
        this.id = id;
        this.program = program;
        this.process = process;
        this.requestsOfServer = requestsOfServer;
        this.published = published;
        this.bound = bound;
        var _ = process.end().thenAccept(this::ended);
    }

    /** From here on it is heard. */
    void begin() {
        process.begin(this::hear);
    }

    /** Who does not read is ended for it, and nobody for others who do not: 9002 then, as if nothing had been said. */
    private void say(String message) {
        switch (process.say(message)) {
            case TAKEN -> {}
            case OWN_IS_FULL -> process.kill("not_reading");
            case ALL_IS_FULL -> throw LspFailures.noRoom().asException();
        }
    }

    private void reply(Envelope.Id id, String answer) throws BrokenServerException {
        try {
            say(answer);
        } catch (ApiException e) {
            LOG.debug("a server is not told what it asked for", e);
            say(ServerRequests.refusal(id));
        }
    }

    /** What nobody has asked for and nobody could use is not taken apart. */
    private void hear(byte[] message, MessageRoom.Place place) throws BrokenServerException {
        var isHandedOn = false;
        try {
            var envelope = Envelope.of(message);
            var id = envelope.id();
            var method = envelope.method();
            if (method == null) {
                isHandedOn = id != null && questions.answer(id, message, place);
            } else if (id != null) {
                reply(id, requestsOfServer.answer(id, method, message));
            } else if (method.equals(DIAGNOSTICS)) {
                publish(message, envelope);
            }
        } finally {
            if (!isHandedOn) {
                place.close();
            }
        }
    }

    private void publish(byte[] message, Envelope envelope) {
        try {
            var reader = new InputStreamReader(new ByteArrayInputStream(message), StandardCharsets.UTF_8);
            if (json.parseMessage(reader) instanceof NotificationMessage told
                    && told.getParams() instanceof PublishDiagnosticsParams report) {
                published.publish(
                        FileUris.normal(report.getUri()),
                        report.getVersion(),
                        Objects.requireNonNullElse(report.getDiagnostics(), List.of()),
                        Published.cost(message, envelope));
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.debug("a server told diagnostics that are none", e);
        }
    }

    private void ended(ServerEnd end) {
        published.end(end);
        questions.end(end);
    }

    void initialize(InitializeParams params, Settings settings, Deadline deadline)
            throws InterruptedException, TimeoutException {
        abilities = ask(server -> server.initialize(params), (answer, isLarge) -> Abilities.of(answer), deadline);
        remote.initialized(new InitializedParams());
        remote.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(settings.configuration()));
    }

    ServerProgram program() {
        return program;
    }

    Abilities abilities() {
        return abilities;
    }

    /** Whether it tells diagnostics when it is asked for them: some say so at once, some only when they know their settings. */
    boolean tellsDiagnostics() {
        return abilities.tellsDiagnostics() || published.isToBeAsked();
    }

    /** Whether it wants to be told of files that change. */
    boolean watchesFiles() {
        return requestsOfServer.watchesFiles();
    }

    LanguageServer remote() {
        return remote;
    }

    Published published() {
        return published;
    }

    /** Done when all that it said before it was told what follows was heard; at once where nothing of that could be mistaken. */
    CompletableFuture<?> heardOf(TextDocumentIdentifier closed) {
        if (!program.takesBackWithoutVersion()) {
            return CompletableFuture.completedFuture(null);
        }
        var answer = remote.getTextDocumentService().documentSymbol(new DocumentSymbolParams(closed));
        var _ = answer.whenComplete((nothing, failure) -> Questions.leave(answer));
        return answer;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<ServerEnd> end() {
        return process.end();
    }

    void look() {
        process.look();
    }

    /**
     * Makes of an answer what is needed of it, at once and without waiting for anything: what came is in memory only so long.
     *
     * @param <T> what a server answers
     * @param <R> what is needed
     */
    interface Reading<T, R> {
        R of(@Nullable T answer, boolean isLarge);
    }

    /** The answer, or why there is none: 6002, 6004, 6006. */
    <T, R> R query(Function<LanguageServer, CompletableFuture<T>> question, Reading<T, R> reading, Deadline deadline) {
        try {
            return ask(question, reading, deadline);
        } catch (TimeoutException e) {
            throw LspFailures.timeout(id).causedBy(e);
        } catch (ServerGoneException e) {
            throw LspFailures.crashed(id, e.end()).causedBy(e);
        } catch (ServerRefusal e) {
            throw LspFailures.requestFailed(id, Integer.toString(e.code()), e.words())
                    .causedBy(e);
        } catch (UnreadableAnswerException e) {
            throw LspFailures.requestFailed(id, "unreadable_answer", "").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.timeout(id).causedBy(e);
        }
    }

    private <T, R> R ask(
            Function<LanguageServer, CompletableFuture<T>> question, Reading<T, R> reading, Deadline deadline)
            throws InterruptedException, TimeoutException {
        if (!requests.tryAcquire(deadline.left(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("too many questions");
        }
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return askOnce(question, reading, deadline);
                } catch (ServerRefusal e) {
                    // It was about to answer when something changed under it, and asks to be asked again.
                    if ((e.code() != CONTENT_MODIFIED && e.code() != SERVER_CANCELLED) || tries == MOST_TRIES) {
                        throw e;
                    }
                }
            }
        } finally {
            requests.release();
        }
    }

    private <T, R> R askOnce(
            Function<LanguageServer, CompletableFuture<T>> question, Reading<T, R> reading, Deadline deadline)
            throws InterruptedException, TimeoutException {
        var askedAt = System.nanoTime();
        var answer = question.apply(remote);
        try {
            if (process.end().isDone()) {
                throw new ServerGoneException(process.end().join());
            }
            var result = answer.get(deadline.left(), TimeUnit.NANOSECONDS);
            silence.broken();
            var isLarge = Questions.isLarge(answer);
            var read = reading.of(result, isLarge);
            return isLarge ? bound.check(id, read, AnswerBound.PASSED_ON) : read;
        } catch (TimeoutException e) {
            if (silence.isDeathly(askedAt)) {
                process.kill("silent");
            }
            throw e;
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (CancellationException e) {
            throw new IllegalStateException("nobody else cancels it", e);
        } finally {
            Questions.leave(answer);
        }
    }

    private RuntimeException failed(ExecutionException e) {
        return switch (e.getCause()) {
            case ServerGoneException gone -> gone;
            case ServerRefusal refusal -> {
                silence.broken();
                yield refusal;
            }
            case UnreadableAnswerException unreadable -> {
                silence.broken();
                yield unreadable;
            }
            case ApiException failure -> failure;
            case null, default -> new IllegalStateException("a question failed", e);
        };
    }

    /** Bids it farewell, and ends it if it stays. */
    void end(String reason) {
        Thread.ofVirtual().start(() -> {
            try {
                ask(LanguageServer::shutdown, (nothing, isLarge) -> true, Deadline.in(FAREWELL));
                remote.exit();
                process.end().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException | RuntimeException e) {
                LOG.debug("a server does not go by itself", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.kill(reason);
            }
        });
    }

    void kill(String reason) {
        process.kill(reason);
    }
}
