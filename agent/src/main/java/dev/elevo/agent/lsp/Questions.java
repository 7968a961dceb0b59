package dev.elevo.agent.lsp;

import dev.elevo.contract.ApiException;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.lsp4j.jsonrpc.Endpoint;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.messages.CancelParams;
import org.eclipse.lsp4j.jsonrpc.messages.NotificationMessage;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage;
import org.jspecify.annotations.Nullable;

/**
 * The questions to a server that wait for an answer. lsp4j has an endpoint of its own, which repeats in words whatever it hears and
 * forgets no question; this one reads nothing but answers to what was asked, and forgets what nobody waits for.
 */
final class Questions implements Endpoint {
    private final MessageJsonHandler json;
    private final Consumer<String> server;
    private final Map<String, Answer> waiting = new ConcurrentHashMap<>();

    private final AtomicInteger last = new AtomicInteger();

    /** Once it was taken apart it stands in a place until who has asked has read it. */
    private static final class Answer extends CompletableFuture<@Nullable Object> {
        private final String method;
        private final AtomicReference<MessageRoom.@Nullable Place> place = new AtomicReference<>();

        Answer(String method) {
            this.method = method;
        }

        void leave() {
            var taken = place.getAndSet(null);
            if (taken != null) {
                taken.close();
            }
        }
    }

    /** @param server is told messages */
    Questions(MessageJsonHandler json, Consumer<String> server) {
        this.json = json;
        this.server = server;
        json.setMethodProvider(this::method);
    }

    private @Nullable String method(String id) {
        var question = waiting.get(id);
        return question == null ? null : question.method;
    }

    @Override
    public CompletableFuture<?> request(String method, @Nullable Object parameters) {
        var id = last.incrementAndGet();
        var key = Integer.toString(id);
        var answer = new Answer(method);
        waiting.put(key, answer);
        var _ = answer.whenComplete((result, failure) -> {
            waiting.remove(key);
            if (failure instanceof CancellationException) {
                cancel(id);
            }
        });
        var message = new RequestMessage();
        message.setId(id);
        message.setMethod(method);
        message.setParams(parameters);
        try {
            server.accept(json.serialize(message));
        } catch (ApiException e) {
            waiting.remove(key);
            throw e;
        }
        return answer;
    }

    private void cancel(int id) {
        var parameters = new CancelParams();
        parameters.setId(id);
        notify(MessageJsonHandler.CANCEL_METHOD.getMethodName(), parameters);
    }

    @Override
    public void notify(String method, @Nullable Object parameters) {
        var message = new NotificationMessage();
        message.setMethod(method);
        message.setParams(parameters);
        server.accept(json.serialize(message));
    }

    int pending() {
        return waiting.size();
    }

    /** Tells whether somebody waits for it, who leaves the place then. */
    boolean answer(Envelope.Id id, byte[] message, MessageRoom.Place place) {
        var question = waiting.get(id.text());
        if (question == null) {
            return false;
        }
        try {
            var reader = new InputStreamReader(new ByteArrayInputStream(message), StandardCharsets.UTF_8);
            if (!(json.parseMessage(reader) instanceof ResponseMessage response)) {
                throw new UnreadableAnswerException("no answer");
            }
            if (response.getError() != null) {
                throw new ServerRefusal(response.getError());
            }
            question.place.set(place);
            if (question.complete(response.getResult())) {
                return true;
            }
        } catch (ServerRefusal | UnreadableAnswerException e) {
            question.completeExceptionally(e);
        } catch (RuntimeException | StackOverflowError e) {
            // whatever a parser makes of what nobody should say
            question.completeExceptionally(
                    new UnreadableAnswerException(e.getClass().getSimpleName()));
        }
        return false;
    }

    static boolean isLarge(CompletableFuture<?> answer) {
        if (!(answer instanceof Answer known)) {
            return false;
        }
        var place = known.place.get();
        return place != null && place.isLarge();
    }

    /** Nobody waits for it any more, and of what came nothing is needed. */
    static void leave(CompletableFuture<?> answer) {
        answer.cancel(false);
        if (answer instanceof Answer known) {
            known.leave();
        }
    }

    void end(ServerEnd end) {
        waiting.values().forEach(answer -> answer.completeExceptionally(new ServerGoneException(end)));
    }
}
