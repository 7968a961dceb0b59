package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process in the sandbox, bound to a connection. One thread calls {@link #next} until the end; whatever is not
 * {@linkplain #acknowledge acknowledged} comes again after an {@linkplain Helper#attach attach}. Closing leaves the process alone.
 */
public final class HelperProcess implements Closeable {
    private static final int STDIN_WINDOW = 64 << 10;

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

    /** The next output, or the end. */
    public Reply.Event next() throws IOException {
        for (; ; ) {
            switch (receive()) {
                case Reply.StdinAccepted(var bytes, var closed) -> moveStdin(bytes, closed);
                case Reply.Event event -> {
                    if (event instanceof Reply.Ended) {
                        moveStdin(Long.MAX_VALUE, true);
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
            moveStdin(Long.MAX_VALUE, true);
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
        stdin.lockInterruptibly();
        try {
            for (int from = 0; from < bytes.length; ) {
                while (!stdinClosed && stdinSent - stdinAccepted >= STDIN_WINDOW) {
                    stdinMoved.await();
                }
                if (stdinClosed) {
                    return false;
                }
                var length = (int) Math.min(bytes.length - from, STDIN_WINDOW - (stdinSent - stdinAccepted));
                connection.send(Request.stdin(bytes, from, length));
                stdinSent += length;
                from += length;
            }
            return true;
        } finally {
            stdin.unlock();
        }
    }

    /**
     * Feeds an open stdin for some time at the most.
     *
     * @return how many bytes were taken: fewer than all when stdin is closed or the process does not read
     */
    public int write(byte[] bytes, Duration patience) throws IOException, InterruptedException {
        var left = patience.toNanos();
        var begun = System.nanoTime();
        if (!stdin.tryLock(left, TimeUnit.NANOSECONDS)) {
            return 0;
        }
        try {
            var from = 0;
            while (from < bytes.length) {
                left = patience.toNanos() - (System.nanoTime() - begun);
                while (!stdinClosed && stdinSent - stdinAccepted >= STDIN_WINDOW && left > 0) {
                    left = stdinMoved.awaitNanos(left);
                }
                if (stdinClosed || stdinSent - stdinAccepted >= STDIN_WINDOW) {
                    return from;
                }
                var length = (int) Math.min(bytes.length - from, STDIN_WINDOW - (stdinSent - stdinAccepted));
                connection.send(Request.stdin(bytes, from, length));
                stdinSent += length;
                from += length;
            }
            return from;
        } finally {
            stdin.unlock();
        }
    }

    /** After what was written, the end. On a terminal that is the character the line discipline takes for it. */
    public void endStdin() throws IOException {
        connection.send(Request.endOfStdin());
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
        helper.release(connection);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
