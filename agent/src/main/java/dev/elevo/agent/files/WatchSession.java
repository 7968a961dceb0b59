package dev.elevo.agent.files;

import dev.elevo.agent.stream.Link;
import dev.elevo.agent.stream.Session;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.files.WatchOptions;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection is told of changes of files. What the client does not take waits here up to a bound, then inside the sandbox,
 * then in the kernel, which at last tells that it has lost some.
 */
final class WatchSession implements Session {
    static final String DEFAULT = "default";

    private static final Logger LOG = LoggerFactory.getLogger(WatchSession.class);

    /** A client that has so much to read and does not read is sent away. */
    private static final long MOST_WAITING = 1 << 20;

    private final WatchServer server;
    private final Link link;
    private final ServerMessages says;
    private final ObjectMapper json;
    private final Runnable closed;

    private final Map<Integer, Subscription> subscriptions = new HashMap<>();
    private final Queue<Saying> queue = new ArrayDeque<>();
    private long waiting;
    private int lastNumber;
    private boolean isClosed;

    /** @param begun it is watched: what fails before that has never been one, what fails later goes on */
    private record Subscription(String id, WatchOptions options, boolean begun) {}

    WatchSession(WatchServer server, Link link, ObjectMapper json, Runnable closed) {
        this.server = server;
        this.link = link;
        this.says = new ServerMessages(json, InstantSource.system());
        this.json = json;
        this.closed = closed;
    }

    /** Waits until it is watched, or throws what the client is told. To be called before the session begins. */
    void watchFirst(WatchOptions options) throws IOException, InterruptedException {
        server.subscribe(add(DEFAULT, options), options);
        var reply = server.next();
        if (reply instanceof WatchReply.Failed failed) {
            throw WatchFailures.of(failed, options).asException();
        }
        take(reply);
    }

    void begin() {
        Thread.ofVirtual().name("watch").start(this::listen);
    }

    private void listen() {
        try {
            while (true) {
                take(server.next());
            }
        } catch (IOException e) {
            if (!isClosed()) {
                // Somebody inside has ended it, or the sandbox ends, of which the client is told more by others.
                LOG.debug("a watch has ended", e);
            }
            put(new End(CloseCode.INTERNAL), 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("a watch broke", e);
            put(new End(CloseCode.INTERNAL), 0);
        }
    }

    @Override
    public Set<String> takes() {
        return Set.of("subscribe", "unsubscribe");
    }

    @Override
    public void receive(ClientMessage message) throws IOException {
        if (message.type().equals("subscribe")) {
            var options = read(message.data()).checked();
            var id = message.id() == null || message.id().isEmpty() ? Ids.EVENT.random() : message.id();
            server.subscribe(add(id, options), options);
        } else {
            server.unsubscribe(number(message.id()));
        }
    }

    private WatchOptions read(@Nullable JsonNode data) {
        try {
            var options = data == null ? null : json.readValueFromTree(data, WatchOptions.class);
            if (options != null) {
                return options;
            }
        } catch (IOException e) {
            throw noSubscription().causedBy(e);
        }
        throw noSubscription().asException();
    }

    private static Failure noSubscription() {
        return Failure.Invalid.field("data", "does not say what to watch", null);
    }

    private synchronized int add(String id, WatchOptions options) {
        if (subscriptions.size() >= WatchFailures.MOST_SUBSCRIPTIONS) {
            throw WatchFailures.tooManySubscriptions().asException();
        }
        if (find(id) != null) {
            throw Failure.Invalid.field("id", "names another subscription of this connection", id)
                    .asException();
        }
        subscriptions.put(++lastNumber, new Subscription(id, options, false));
        return lastNumber;
    }

    private synchronized int number(@Nullable String id) {
        var number = id == null ? null : find(id);
        if (number == null) {
            throw Failure.Invalid.field("id", "names no subscription of this connection", id)
                    .asException();
        }
        return number;
    }

    private @Nullable Integer find(String id) {
        return subscriptions.entrySet().stream()
                .filter(entry -> entry.getValue().id().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private void take(WatchReply reply) throws IOException, InterruptedException {
        Subscription subscription;
        synchronized (this) {
            subscription = subscriptions.get(reply.number());
            if (subscription == null) {
                throw new IOException("a word about a subscription that is not there");
            }
            note(reply, subscription);
        }
        var text = spell(reply, subscription).getBytes(StandardCharsets.UTF_8);
        awaitRoom();
        put(new Message(text), text.length);
    }

    private void note(WatchReply reply, Subscription subscription) {
        switch (reply) {
            case WatchReply.Subscribed subscribed ->
                subscriptions.put(reply.number(), new Subscription(subscription.id(), subscription.options(), true));
            case WatchReply.Ended ended -> subscriptions.remove(reply.number());
            case WatchReply.Failed failed when !subscription.begun() -> subscriptions.remove(reply.number());
            case WatchReply.Failed failed -> {}
            case WatchReply.Changed changed -> {}
        }
    }

    private String spell(WatchReply reply, Subscription subscription) {
        var path = Objects.requireNonNull(subscription.options().path());
        return switch (reply) {
            case WatchReply.Subscribed subscribed -> says.event(subscription.id(), event("subscribed", path), null);
            case WatchReply.Ended ended -> {
                var data = event("unsubscribed", path);
                data.put("reason", ended.reason());
                yield says.event(subscription.id(), data, null);
            }
            case WatchReply.Changed changed -> says.event(subscription.id(), event(changed), null);
            case WatchReply.Failed failed ->
                says.error(subscription.id(), WatchFailures.of(failed, subscription.options()));
        };
    }

    private static Map<String, Object> event(String name, String path) {
        var data = new LinkedHashMap<String, Object>();
        data.put("event", name);
        data.put("path", path);
        return data;
    }

    private static Map<String, Object> event(WatchReply.Changed changed) {
        var data = event(changed.event(), changed.path());
        if (changed.oldPath() != null) {
            data.put("oldPath", changed.oldPath());
        }
        data.put("isDirectory", changed.directory());
        data.put("timestamp", InstantSerde.format(changed.at()));
        return data;
    }

    private synchronized void awaitRoom() throws InterruptedException {
        while (waiting > MOST_WAITING && !isClosed) {
            wait();
        }
    }

    private void put(Saying saying, int bytes) {
        synchronized (this) {
            queue.add(saying);
            waiting += bytes;
        }
        link.ring();
    }

    @Override
    public synchronized @Nullable Saying next() {
        var saying = queue.poll();
        if (saying instanceof Message(var text)) {
            waiting -= text.length;
            notifyAll();
        }
        return saying;
    }

    @Override
    public synchronized long waiting() {
        return waiting;
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            notifyAll();
        }
        closed.run();
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the connection to a watch is not closed", e);
        }
    }
}
