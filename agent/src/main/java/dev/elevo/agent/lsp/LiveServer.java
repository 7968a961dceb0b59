package dev.elevo.agent.lsp;

import dev.elevo.contract.ApiException;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.MessageIssueException;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.messages.Message;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.jspecify.annotations.Nullable;

/** A server that runs: questions to it, each with its time, and what it has told of itself. */
final class LiveServer {
    /** At a time; the next ones wait. */
    private static final int MOST_REQUESTS = 16;

    /** Of questions in a row that it left without an answer, after which it is taken for dead. */
    private static final int MOST_UNANSWERED = 8;

    private static final int MOST_TRIES = 5;
    private static final int CONTENT_MODIFIED = -32801;
    private static final int SERVER_CANCELLED = -32802;
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Map<String, JsonRpcMethod> METHODS = new ConcurrentHashMap<>();

    /** A server's every mistake would be a line in our log. */
    private static final List<Logger> SILENT =
            Stream.of("org.eclipse.lsp4j.jsonrpc").map(Logger::getLogger).toList();

    static {
        SILENT.forEach(logger -> logger.setLevel(Level.OFF));
        METHODS.putAll(ServiceEndpoints.getSupportedMethods(LanguageClient.class));
        METHODS.putAll(ServiceEndpoints.getSupportedMethods(LanguageServer.class));
    }

    private final String id;
    private final ServerProcess process;
    private final MessageRoom room;
    private final MessageJsonHandler json = new MessageJsonHandler(METHODS);
    private final RemoteEndpoint endpoint;
    private final LanguageServer remote;
    private final Published published;
    private final Semaphore requests = new Semaphore(MOST_REQUESTS, true);
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Map<Object, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private volatile InitializeResult known = new InitializeResult(new ServerCapabilities());

    LiveServer(
            String id,
            ServerProcess process,
            MessageRoom room,
            Settings settings,
            WorkspaceFolder folder,
            Published published) {
        this.id = id;
        this.process = process;
        this.room = room;
        this.published = published;
        this.endpoint = new RemoteEndpoint(
                message -> say(message), ServiceEndpoints.toEndpoint(new ClientSide(settings, folder, published)));
        this.json.setMethodProvider(endpoint);
        this.remote = ServiceEndpoints.toServiceObject(endpoint, LanguageServer.class);
        var _ = process.end().thenAccept(this::ended);
        process.begin(this::hear);
    }

    private void say(Message message) {
        if (!process.say(json.serialize(message))) {
            process.kill("not_reading");
        }
    }

    private void hear(byte[] message) throws BrokenServerException {
        if (message.length > MessageRoom.SMALL) {
            room.parse(() -> read(message));
        } else {
            read(message);
        }
    }

    /** An answer of the wrong shape is for whoever waits for it; what is no message at all is nobody's. */
    private void read(byte[] content) throws BrokenServerException {
        try {
            var reader = new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8);
            var message = json.parseMessage(reader);
            if (message == null) {
                throw new BrokenServerException("garbage");
            }
            endpoint.consume(message);
        } catch (MessageIssueException e) {
            if (e.getRpcMessage() == null) {
                throw new BrokenServerException("garbage", e);
            }
            endpoint.handle(e.getRpcMessage(), e.getIssues());
        } catch (RuntimeException | StackOverflowError e) {
            throw new BrokenServerException("garbage", e); // whatever a parser makes of what nobody should say
        }
    }

    private void ended(ServerEnd end) {
        published.end(end);
        pending.values().forEach(waiting -> waiting.completeExceptionally(new ServerGoneException(end)));
    }

    void initialize(InitializeParams params, Settings settings, Deadline deadline)
            throws InterruptedException, TimeoutException {
        var answer = ask(server -> server.initialize(params), deadline);
        known = answer == null ? new InitializeResult(new ServerCapabilities()) : answer;
        remote.initialized(new InitializedParams());
        remote.getWorkspaceService().didChangeConfiguration(new DidChangeConfigurationParams(settings.configuration()));
    }

    ServerCapabilities capabilities() {
        return known.getCapabilities() == null ? new ServerCapabilities() : known.getCapabilities();
    }

    @Nullable
    String version() {
        var info = known.getServerInfo();
        return info == null ? null : info.getVersion();
    }

    LanguageServer remote() {
        return remote;
    }

    Published published() {
        return published;
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

    /** The answer, or why there is none: 6002, 6004, 6006. */
    <T> T query(Function<LanguageServer, CompletableFuture<T>> question, Deadline deadline) {
        try {
            return ask(question, deadline);
        } catch (TimeoutException e) {
            throw LspFailures.timeout(id).causedBy(e);
        } catch (ServerGoneException e) {
            throw LspFailures.crashed(id, e.end()).causedBy(e);
        } catch (ResponseErrorException e) {
            var error = e.getResponseError();
            throw LspFailures.requestFailed(id, Integer.toString(error.getCode()), String.valueOf(error.getMessage()))
                    .causedBy(e);
        } catch (MessageIssueException e) {
            throw LspFailures.requestFailed(id, "unreadable_answer", "").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LspFailures.timeout(id).causedBy(e);
        }
    }

    private <T> T ask(Function<LanguageServer, CompletableFuture<T>> question, Deadline deadline)
            throws InterruptedException, TimeoutException {
        if (!requests.tryAcquire(deadline.left(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("too many questions");
        }
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return askOnce(question, deadline);
                } catch (ResponseErrorException e) {
                    // It was about to answer when something changed under it, and asks to be asked again.
                    var code = e.getResponseError().getCode();
                    if ((code != CONTENT_MODIFIED && code != SERVER_CANCELLED) || tries == MOST_TRIES) {
                        throw e;
                    }
                }
            }
        } finally {
            requests.release();
        }
    }

    private <T> T askOnce(Function<LanguageServer, CompletableFuture<T>> question, Deadline deadline)
            throws InterruptedException, TimeoutException {
        var answer = question.apply(remote);
        var key = new Object();
        pending.put(key, answer);
        try {
            if (process.end().isDone()) {
                answer.completeExceptionally(
                        new ServerGoneException(process.end().join()));
            }
            var result = answer.get(deadline.left(), TimeUnit.NANOSECONDS);
            unanswered.set(0);
            return result;
        } catch (TimeoutException e) {
            answer.cancel(true);
            if (unanswered.incrementAndGet() >= MOST_UNANSWERED) {
                process.kill("silent");
            }
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ServerGoneException gone -> throw gone;
                case ResponseErrorException error -> {
                    unanswered.set(0);
                    throw error;
                }
                case MessageIssueException issue -> throw issue;
                case ApiException failure -> throw failure;
                case null, default -> throw new IllegalStateException("a question failed", e);
            }
        } catch (CancellationException e) {
            throw new IllegalStateException("nobody else cancels it", e);
        } finally {
            pending.remove(key);
        }
    }

    /** Bids it farewell, and ends it if it stays. */
    void end(String reason) {
        Thread.ofVirtual().start(() -> {
            try {
                ask(LanguageServer::shutdown, Deadline.in(FAREWELL));
                remote.exit();
                process.end().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException | RuntimeException e) {
                Logger.getLogger(LiveServer.class.getName()).log(Level.FINE, "a server does not go by itself", e);
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
