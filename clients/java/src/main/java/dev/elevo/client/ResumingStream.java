package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream over as many connections as it takes: each goes on behind the last message of the one before, so that nothing is missed
 * and nothing is seen twice. One thread reads it; any may send.
 */
final class ResumingStream implements AutoCloseable {
    private static final int ENDED = 1000;

    /** Above it a close code is a status of HTTP; what is below says no more than that it is not the client's fault. */
    private static final int STATUS = 4000;

    private static final int UNAVAILABLE = 503;

    /** The service starts anew, has had enough of this connection, or lost it; or there were too many. */
    private static final Set<Integer> COMES_BACK = Set.of(1001, StreamConnection.LOST, 1011, 1012, 1013, 4408, 4429);

    /** What a cursor is answered with that is too old, or none of this stream. */
    private static final Set<Integer> NO_PLACE = Set.of(9004, 9005);

    private final StreamConnection.Connector connector;
    private final Retries retries;
    private final @Nullable JsonNode gap;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable StreamConnection current;
    private @Nullable String cursor;

    ResumingStream(StreamConnection.Connector connector, Retries retries, @Nullable String cursor) {
        this(connector, retries, cursor, null);
    }

    /** @param gap the message that tells that some may have been missed, where a stream could not go on where it was */
    ResumingStream(
            StreamConnection.Connector connector, Retries retries, @Nullable String cursor, @Nullable JsonNode gap) {
        this.connector = connector;
        this.retries = retries.until(over);
        this.cursor = cursor;
        this.gap = gap;
    }

    /** To its end, which is {@code exit}; or until it is closed, then empty-handed. */
    @Nullable
    JsonNode follow(Consumer<JsonNode> messages) {
        var outage = new Outage(retries);
        var refused = 0;
        var isBack = false;
        try {
            while (!isOver()) {
                Retries.Failed failed;
                try (var connection = connector.connect(cursor)) {
                    if (!enter(connection)) {
                        return null;
                    }
                    if (isBack && gap != null && cursor == null) {
                        messages.accept(gap);
                    }
                    isBack = true;
                    switch (read(connection, messages)) {
                        case Part.End(var exit) -> {
                            return exit;
                        }
                        case Part.Broken(var heard, var reason) -> {
                            if (heard) {
                                outage.isOver();
                                refused = 0;
                            }
                            failed = failed(reason);
                        }
                    }
                } catch (UnreachableException e) {
                    failed = failed(e);
                }
                if (!leave()) {
                    return null;
                }
                if (isBack && failed.reason() instanceof UnreachableException) {
                    outage.await(failed);
                } else {
                    retries.await(++refused, failed);
                }
            }
            return null;
        } finally {
            close();
        }
    }

    private static Retries.Failed failed(WorkspaceException reason) {
        var least = switch (reason) {
            case UnreachableException lost -> lost.retryAfter().orElse(null);
            case ApiException refused ->
                refused.details().get("retryAfter") instanceof Number seconds
                        ? Duration.ofSeconds(seconds.longValue())
                        : null;
        };
        return new Retries.Failed(reason, true, least);
    }

    private sealed interface Part {
        record End(@Nullable JsonNode exit) implements Part {}

        record Broken(boolean heard, WorkspaceException reason) implements Part {}
    }

    private Part read(StreamConnection connection, Consumer<JsonNode> messages) {
        var heard = false;
        JsonNode error = null;
        while (true) {
            StreamConnection.Event event;
            try {
                event = connection.next();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnreachableException("interrupted", e);
            }
            switch (event) {
                case StreamConnection.Event.Message(var json) -> {
                    switch (json.path("type").asText()) {
                        case "exit" -> {
                            return new Part.End(json.path("data"));
                        }
                        case "error" -> {
                            error = json.path("data");
                            messages.accept(json);
                            if (gap != null
                                    && NO_PLACE.contains(error.path("code").asInt())) {
                                cursor = null; // it goes on from now
                                messages.accept(gap);
                            }
                        }
                        default -> {
                            heard = true; // there is a stream, which a refusal is not
                            error = null;
                            if (!json.path("type").asText().equals("pong")) {
                                messages.accept(json);
                            }
                            cursor = json.path("cursor").asText(cursor);
                        }
                    }
                }
                case StreamConnection.Event.Closed(var code) -> {
                    if (code == ENDED || isOver()) {
                        return new Part.End(null);
                    }
                    var reason = refused(code, error);
                    if (!COMES_BACK.contains(code)) {
                        throw reason;
                    }
                    return new Part.Broken(heard, reason);
                }
            }
        }
    }

    private static WorkspaceException refused(int closeCode, @Nullable JsonNode error) {
        if (error != null) {
            var details = new HashMap<String, Object>();
            for (var detail : error.path("details").properties()) {
                details.put(
                        detail.getKey(),
                        detail.getValue().isNumber()
                                ? detail.getValue().numberValue()
                                : detail.getValue().asText());
            }
            return new ApiException(
                    closeCode > STATUS ? closeCode - STATUS : UNAVAILABLE,
                    error.path("code").asInt(),
                    error.path("name").asText(),
                    error.path("message").asText(),
                    details,
                    "");
        }
        return switch (closeCode) {
            case 4401 -> gone(401, 1001, "UNAUTHORIZED", "the credential is refused");
            case 4403 -> gone(403, 1002, "FORBIDDEN", "the credential may not");
            case 4404 -> gone(404, 2001, "SANDBOX_NOT_FOUND", "the sandbox, or what ran in it, is gone");
            case 4409 -> gone(409, 2003, "SANDBOX_NOT_RUNNING", "the sandbox does not run any more");
            default -> new UnreachableException("the stream was closed with " + closeCode, null);
        };
    }

    private static ApiException gone(int status, int code, String name, String message) {
        return new ApiException(status, code, name, message, Map.of(), "");
    }

    private boolean isOver() {
        return over.getCount() == 0;
    }

    /** False when it was closed meanwhile. */
    private boolean enter(StreamConnection connection) {
        lock.lock();
        try {
            current = isOver() ? null : connection;
            changed.signalAll();
            return !isOver();
        } finally {
            lock.unlock();
        }
    }

    private boolean leave() {
        lock.lock();
        try {
            current = null;
            return !isOver();
        } finally {
            lock.unlock();
        }
    }

    /** Once there is a connection; what was under way when one broke is sent again, since the service has not taken it. False: it is over. */
    boolean send(String message) throws InterruptedException {
        StreamConnection failed = null;
        while (true) {
            StreamConnection connection;
            lock.lockInterruptibly();
            try {
                while (!isOver() && (current == null || current.equals(failed))) {
                    changed.await();
                }
                if (isOver() || current == null) {
                    return false;
                }
                connection = current;
            } finally {
                lock.unlock();
            }
            if (connection.send(message)) {
                return true;
            }
            failed = connection;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            over.countDown();
            changed.signalAll();
            if (current != null) {
                current.close();
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
