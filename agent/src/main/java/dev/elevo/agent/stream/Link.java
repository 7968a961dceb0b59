package dev.elevo.agent.stream;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.Incoming;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that is served. One thread says what there is to say, and waits while the client does not take it; another brings
 * what the client says. Where nobody has to wait, neither is woken: whoever has something to say says it, and whoever heard
 * something passes it on.
 */
public final class Link {
    /** Beyond so much that waits for a client which takes nothing it is sent away (contract 4.3). */
    static final long MOST_WAITING = 1 << 20;

    /** For that long a client may take nothing: a page that is busy, a network that stutters. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final Duration PARTING = Duration.ofSeconds(2);

    /** Answers that wait for a client that asks and does not read. */
    private static final int MOST_REPLIES = 64;

    private final String sandboxId;
    private final Wire wire;
    private final ServerMessages says;
    private final JsonMapper json;
    private final LastUses uses;
    private final Consumer<Link> ended;
    private final Instant openedAt;
    private final BlockingQueue<byte[]> replies = new LinkedBlockingQueue<>(MOST_REPLIES);
    private final Semaphore bell = new Semaphore(0);
    private final ReentrantLock speaking = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock(true);
    private final AtomicReference<@Nullable Parting> parting = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile @Nullable Session session;
    /** 0 while nothing is being sent. */
    private volatile long sendingSince;

    private int bad;

    /** The last words are still to be said. */
    private record Parting(CloseCode code, long since) {}

    Link(
            String sandboxId,
            Wire wire,
            ServerMessages says,
            JsonMapper json,
            LastUses uses,
            Instant openedAt,
            Consumer<Link> ended) {
        this.sandboxId = sandboxId;
        this.wire = wire;
        this.says = says;
        this.json = json;
        this.uses = uses;
        this.openedAt = openedAt;
        this.ended = ended;
    }

    Wire wire() {
        return wire;
    }

    String sandboxId() {
        return sandboxId;
    }

    Instant openedAt() {
        return openedAt;
    }

    void begin(Session begun) {
        session = begun;
        Thread.ofVirtual().name("stream-" + sandboxId).start(() -> run(begun));
    }

    /** There may be something new to say. From any thread. */
    public void ring() {
        // One permit is enough, however often it rings before somebody listens.
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /** The same, for a thread that may speak: where nobody else does, and the client takes it at once. */
    public void tell() {
        var speaker = session;
        if (speaker == null || !wire.takesAtOnce() || !speaking.tryLock()) {
            ring();
            return;
        }
        try {
            if (!speak(speaker, wire::takesAtOnce)) {
                ring();
            }
        } finally {
            speaking.unlock();
        }
    }

    private void run(Session speaker) {
        try {
            while (!closed.get()) {
                speak(speaker, () -> true);
                bell.acquire();
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(CloseCode.GOING_AWAY);
        } finally {
            speaker.close();
        }
    }

    /** What there is to say, as long as one may; tells whether that was all. What goes wrong ends the connection. */
    private boolean speak(Session speaker, BooleanSupplier may) {
        speaking.lock();
        try {
            while (!closed.get() && may.getAsBoolean()) {
                if (!sayNext(speaker)) {
                    return true;
                }
            }
            return closed.get();
        } catch (Wire.ClientGone gone) {
            clientGone();
        } catch (IOException e) {
            // What it was about may be going just now, and then it is known why.
            var known = parting.get();
            if (known == null) {
                LOG.warn("a message may be lost, so the connection about {} is ended", sandboxId, e);
            }
            close(known == null ? CloseCode.INTERNAL : known.code());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(CloseCode.GOING_AWAY);
        } catch (ApiException e) {
            LOG.warn("nothing more can be told of {}: {}", sandboxId, e.getMessage());
            close(e.failure().code() == ErrorCode.SANDBOX_NOT_RUNNING ? CloseCode.NOT_RUNNING : CloseCode.INTERNAL);
        } catch (RuntimeException e) {
            LOG.error("the connection about {} broke", sandboxId, e);
            close(CloseCode.INTERNAL);
        } finally {
            speaking.unlock();
        }
        return true;
    }

    /** False: there is nothing to say. */
    private boolean sayNext(Session speaker) throws IOException, InterruptedException {
        var reply = replies.poll();
        if (reply != null) {
            send(reply);
            return true;
        }
        var leaving = parting.get();
        if (leaving != null) {
            close(leaving.code());
            return false;
        }
        return switch (speaker.next()) {
            case Session.Message(var text) -> {
                send(text);
                yield true;
            }
            case Session.End(var last) -> {
                close(last);
                yield false;
            }
            case null -> false;
        };
    }

    private void send(byte[] message) throws IOException, InterruptedException {
        sendingSince = System.nanoTime() | 1;
        try {
            wire.send(message);
        } finally {
            sendingSince = 0;
        }
    }

    /** What the client said; one message after the other. */
    void receive(String text) throws IOException, InterruptedException {
        receiving.lockInterruptibly();
        try {
            var listener = session;
            if (listener == null || closed.get() || parting.get() != null) {
                return;
            }
            uses.note(sandboxId);
            if (Incoming.isTooBig(text)) {
                part(CloseCode.TOO_BIG);
                return;
            }
            switch (Incoming.read(json, text, listener.takes())) {
                case Incoming.Ping(var id) -> reply(says.pong(id, null));
                case Incoming.Taken(var message) -> give(listener, message);
                case Incoming.Bad(var id, var why) -> refuse(id, why);
            }
        } finally {
            receiving.unlock();
        }
    }

    /** The same for a thread that must not wait; false: nothing was done, and another one has to bring it. */
    public boolean receiveAtOnce(String text) {
        var listener = session;
        if (listener == null || !receiving.tryLock()) {
            return false;
        }
        try {
            var taken = !closed.get()
                    && parting.get() == null
                    && !Incoming.isTooBig(text)
                    && Incoming.read(json, text, listener.takes()) instanceof Incoming.Taken(var message)
                    && listener.takeAtOnce(message);
            if (taken) {
                uses.note(sandboxId);
            }
            return taken;
        } finally {
            receiving.unlock();
        }
    }

    private void give(Session listener, ClientMessage message) throws IOException, InterruptedException {
        try {
            listener.receive(message);
        } catch (ApiException e) {
            reply(says.error(message.id(), e.failure()));
        }
    }

    /** Nothing that could be meant; who sends nothing else is not listened to for ever. */
    private void refuse(@Nullable String id, String why) {
        reply(says.error(id, new Failure.Refused(ErrorCode.INVALID_REQUEST, why)));
        if (++bad >= Incoming.MOST_BAD) {
            part(CloseCode.TEN_BAD_MESSAGES);
        }
    }

    private void reply(String message) {
        if (!replies.offer(message.getBytes(StandardCharsets.UTF_8))) {
            part(CloseCode.TOO_SLOW);
        }
        ring();
    }

    /** The last words first, if the client takes them. */
    void part(CloseCode code) {
        if (parting.compareAndSet(null, new Parting(code, System.nanoTime()))) {
            ring();
        }
    }

    /** At once, whatever is on its way. */
    void close(CloseCode code) {
        if (forget()) {
            try {
                wire.close(code);
            } finally {
                gone.complete(null);
            }
        }
    }

    /** The client has gone by itself. */
    public void clientGone() {
        if (forget()) {
            gone.complete(null);
        }
    }

    /** When the client has been told of the end. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** Nothing more is said. False where that was so already. */
    boolean forget() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        ring();
        ended.accept(this);
        return true;
    }

    /** Whether it has to end and does not by itself. */
    boolean isDue(long now) {
        return dueCode(now) != null;
    }

    void endWhatIsDue() {
        var code = dueCode(System.nanoTime());
        if (code == null) {
            return;
        }
        if (code == CloseCode.TOO_SLOW) {
            LOG.info("a client does not read what it asked for of {}", sandboxId);
        }
        close(code);
    }

    private @Nullable CloseCode dueCode(long now) {
        var leaving = parting.get();
        if (leaving != null) {
            return now - leaving.since() > PARTING.toNanos() ? leaving.code() : null;
        }
        var sending = sendingSince;
        var speaker = session;
        var isStuck = sending != 0 && now - sending > PATIENCE.toNanos();
        return isStuck && speaker != null && speaker.waiting() > MOST_WAITING ? CloseCode.TOO_SLOW : null;
    }
}
