package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process in the sandbox, bound to a connection. One thread calls {@link #next} until the end; whatever is not
 * {@linkplain #acknowledge acknowledged} comes again after an {@linkplain Helper#attach attach}. Closing leaves the process alone.
 */
public final class HelperProcess implements Closeable {
    /** In the place of a number of bytes. */
    public static final int STDIN_CLOSED = -1;

    public static final int STDIN_WINDOW = 64 << 10;
    /** Which a helper that is frozen has room for, even in messages of one byte. */
    private static final int MOST_OFFERED = 128;

    private static final Duration ANSWER_TIME = Duration.ofMillis(200);

    private final Helper helper;
    private final HelperConnection connection;
    private final long id;
    private final int pid;
    private final Instant startedAt;
    private final byte[] note;

    private final ReentrantLock stdin = new ReentrantLock();
    private final Condition stdinMoved = stdin.newCondition();
    private long stdinSent;
    private long stdinAccepted;
    private boolean stdinClosed;
    private boolean isForgotten;
    private final AtomicBoolean isLeft = new AtomicBoolean();

    HelperProcess(
            Helper helper,
            HelperConnection connection,
            long id,
            int pid,
            Instant startedAt,
            byte[] note,
            long stdinAccepted) {
        this.helper = helper;
        this.connection = connection;
        this.id = id;
        this.pid = pid;
        this.startedAt = startedAt;
        this.note = note;
        this.stdinSent = stdinAccepted;
        this.stdinAccepted = stdinAccepted;
    }

    public long id() {
        return id;
    }

    public int pid() {
        return pid;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** As it was given with {@link ExecRequest}. */
    public byte[] note() {
        return note.clone();
    }

    /** How much of what was fed to it has been taken, also from a former agent. */
    public long stdinAccepted() {
        stdin.lock();
        try {
            return stdinAccepted;
        } finally {
            stdin.unlock();
        }
    }

    /** The next output, or the end. */
    public Reply.Event next() throws IOException {
        for (; ; ) {
            switch (receive()) {
                case Reply.StdinAccepted(var bytes, var closed) -> moveStdin(bytes, closed);
                case Reply.Event event -> {
                    if (event instanceof Reply.Ended) {
                        moveStdin(stdinAccepted, true);
                    }
                    return event;
                }
                case Reply other -> throw Helper.unexpected(other);
            }
        }
    }

    private Reply receive() throws IOException {
        try {
            return connection.receive();
        } catch (IOException e) {
            moveStdin(stdinAccepted, true);
            throw e;
        }
    }

    public void acknowledge(long stdoutOffset, long stderrOffset) throws IOException {
        connection.send(Request.acknowledge(stdoutOffset, stderrOffset));
    }

    /**
     * Feeds an open stdin, and waits while the process does not read: {@link #next} must go on in another thread.
     *
     * @return whether all of it was taken; false once stdin is closed
     */
    public boolean write(byte[] bytes) throws IOException, InterruptedException {
        return write(bytes, Duration.ofNanos(Long.MAX_VALUE)) == bytes.length;
    }

    /**
     * The same, not for ever. What was taken reaches the process; the rest is for the caller to send again.
     *
     * @return how much of it was taken; {@link #STDIN_CLOSED} for nothing because stdin is closed
     */
    public int write(byte[] bytes, Duration time) throws IOException, InterruptedException {
        var deadline = new Remaining(time);
        if (!stdin.tryLock(deadline.nanos(), TimeUnit.NANOSECONDS)) {
            return 0;
        }
        try {
            var before = stdinSent;
            var sent = send(bytes, deadline);
            if (sent < bytes.length) {
                return stdinClosed ? takenUntilClosed(before) : sent;
            }
            // A process that has closed its stdin is found out by the write; who reads slowly is no reason to wait.
            var answer = new Remaining(ANSWER_TIME);
            while (!stdinClosed && stdinAccepted < stdinSent && stdinMoved.awaitNanos(answer.nanos()) > 0) {
                // until one of these is so
            }
            return stdinClosed ? takenUntilClosed(before) : bytes.length;
        } finally {
            stdin.unlock();
        }
    }

    /**
     * The same for who has more to say and no use for an answer: that stdin is closed is found out by a later one, or by the end.
     *
     * @return whether all of it was sent
     */
    public boolean feed(byte[] bytes, Duration time) throws IOException, InterruptedException {
        var deadline = new Remaining(time);
        if (!stdin.tryLock(deadline.nanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            return send(bytes, deadline) == bytes.length;
        } finally {
            stdin.unlock();
        }
    }

    /** As long as there is room in time, and nobody has closed it. */
    private int send(byte[] bytes, Remaining deadline) throws IOException, InterruptedException {
        int sent = 0;
        while (sent < bytes.length) {
            while (!stdinClosed && stdinSent - stdinAccepted >= STDIN_WINDOW) {
                if (stdinMoved.awaitNanos(deadline.nanos()) <= 0) {
                    return sent;
                }
            }
            if (stdinClosed) {
                return sent;
            }
            var length = (int) Math.min(bytes.length - sent, STDIN_WINDOW - (stdinSent - stdinAccepted));
            connection.send(Request.stdin(bytes, sent, length));
            stdinSent += length;
            sent += length;
        }
        return sent;
    }

    /** The same for what somebody types: sent if there is nothing to wait for, and what comes of it is told with the echo. */
    public boolean offer(byte[] bytes) throws IOException {
        if (bytes.length == 0 || !stdin.tryLock()) {
            return false;
        }
        try {
            if (stdinClosed || stdinSent - stdinAccepted + bytes.length > MOST_OFFERED) {
                return false;
            }
            connection.send(Request.typed(bytes));
            stdinSent += bytes.length;
            return true;
        } finally {
            stdin.unlock();
        }
    }

    private int takenUntilClosed(long before) {
        var taken = (int) (stdinAccepted - before);
        return taken <= 0 ? STDIN_CLOSED : taken;
    }

    private record Remaining(long until) {
        Remaining(Duration time) {
            this(System.nanoTime() + Math.min(time.toNanos(), Long.MAX_VALUE / 4));
        }

        long nanos() {
            return until - System.nanoTime();
        }
    }

    /** After what was written, the end. On a terminal that is the character the line discipline takes for it. */
    public void endStdin() throws IOException {
        stdin.lock();
        try {
            // Of one that is forgotten nobody reads, and its connection may serve another by now.
            if (!isForgotten) {
                connection.send(Request.endOfStdin());
            }
        } finally {
            stdin.unlock();
        }
    }

    private void moveStdin(long accepted, boolean closed) {
        stdin.lock();
        try {
            stdinAccepted = Math.min(accepted, stdinSent);
            stdinClosed |= closed;
            stdinMoved.signalAll();
        } finally {
            stdin.unlock();
        }
    }

    /** After {@link Reply.Ended} and once its outcome is safe: the helper keeps nothing of it any longer. */
    public void forget() throws IOException {
        try {
            connection.send(Request.forget());
        } catch (IOException e) {
            connection.close();
            throw e;
        }
        stdin.lock();
        try {
            isForgotten = true;
        } finally {
            stdin.unlock();
        }
        if (isLeft.compareAndSet(false, true)) {
            helper.release(connection);
        }
    }

    /** Once it is forgotten there is nothing to close: its connection may serve another by now. */
    @Override
    public void close() throws IOException {
        if (isLeft.compareAndSet(false, true)) {
            connection.close();
        }
    }
}
