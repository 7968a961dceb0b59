package dev.elevo.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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

    /** The service starts anew, has had enough of this connection, or lost it; or there were too many. */
    private static final Set<Integer> COMES_BACK = Set.of(1001, StreamConnection.LOST, 1011, 1012, 1013, 4408, 4429);

    private final StreamConnection.Connector connector;
    private final Retries retries;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable StreamConnection current;
    private boolean isOver;
    private @Nullable String cursor;

    ResumingStream(StreamConnection.Connector connector, Retries retries, @Nullable String cursor) {
        this.connector = connector;
        this.retries = retries;
        this.cursor = cursor;
    }

    /** To its end, which is {@code exit}; or until it is closed, then empty-handed. */
    @Nullable
    JsonNode follow(Consumer<JsonNode> messages) {
        var lost = 0;
        try {
            while (true) {
                UnreachableException reason;
                try (var connection = connector.connect(cursor)) {
                    if (!enter(connection)) {
                        return null;
                    }
                    switch (read(connection, messages)) {
                        case Part.End(var exit) -> {
                            return exit;
                        }
                        case Part.Broken(var heard) -> lost = heard ? 0 : lost;
                    }
                    reason = new UnreachableException("the stream broke", null);
                } catch (UnreachableException e) {
                    reason = e;
                }
                if (!leave()) {
                    return null;
                }
                retries.await(++lost, new Retries.Failed(reason, true, null));
            }
        } finally {
            close();
        }
    }

    private sealed interface Part {
        record End(@Nullable JsonNode exit) implements Part {}

        record Broken(boolean heard) implements Part {}
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
                    heard = true;
                    switch (json.path("type").asText()) {
                        case "exit" -> {
                            return new Part.End(json.path("data"));
                        }
                        case "error" -> {
                            error = json.path("data");
                            messages.accept(json);
                        }
                        case "pong" -> {}
                        default -> {
                            messages.accept(json);
                            cursor = json.path("cursor").asText(cursor);
                        }
                    }
                }
                case StreamConnection.Event.Closed(var code) -> {
                    if (code == ENDED || isOver()) {
                        return new Part.End(null);
                    }
                    if (!COMES_BACK.contains(code)) {
                        throw refused(code, error);
                    }
                    return new Part.Broken(heard);
                }
            }
        }
    }

    private static WorkspaceException refused(int closeCode, @Nullable JsonNode error) {
        if (error != null) {
            var details = new HashMap<String, Object>();
            error.path("details")
                    .properties()
                    .forEach(detail ->
                            details.put(detail.getKey(), detail.getValue().asText()));
            return new ApiException(
                    closeCode - 4000,
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
        lock.lock();
        try {
            return isOver;
        } finally {
            lock.unlock();
        }
    }

    /** False when it was closed meanwhile. */
    private boolean enter(StreamConnection connection) {
        lock.lock();
        try {
            current = isOver ? null : connection;
            changed.signalAll();
            return !isOver;
        } finally {
            lock.unlock();
        }
    }

    private boolean leave() {
        lock.lock();
        try {
            current = null;
            return !isOver;
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
                while (!isOver && (current == null || current.equals(failed))) {
                    changed.await();
                }
                if (isOver || current == null) {
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
            isOver = true;
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
