package dev.elevo.agent.helper;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The helper of one sandbox. Connections are kept and used again; each serves one request or one process at a time. */
public final class Helper implements Closeable {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);
    private static final int MOST_IDLE = 8;
    private static final int MOST_LISTED = 128;
    private static final int PROTOCOL_VERSION = 1;

    private final Path socket;
    private final ConcurrentLinkedDeque<HelperConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    public Helper(Path socket) {
        this.socket = socket;
    }

    /** Returns when the helper is there and speaks our language. */
    public void greet() throws IOException {
        ask(Request.hello(), connection -> {
            if (done(connection, ANSWER_TIME) != PROTOCOL_VERSION) {
                throw new HelperProtocolException("another version of the helper");
            }
            return true;
        });
    }

    /**
     * Starts a program.
     *
     * @throws HelperRefusal it could not be started
     */
    public HelperProcess exec(ExecRequest request) throws IOException {
        return bind(Request.exec(request), request.note());
    }

    /** Goes on behind the output that is safe already. */
    public HelperProcess attach(long id, long stdoutOffset, long stderrOffset) throws IOException {
        return bind(Request.attach(id, stdoutOffset, stderrOffset), new byte[0]);
    }

    /** Every process that runs, or ended and was not yet forgotten. */
    public List<Reply.Listed> list() throws IOException {
        return ask(Request.list(), connection -> {
            var listed = new ArrayList<Reply.Listed>();
            for (; ; ) {
                switch (answer(connection, ANSWER_TIME)) {
                    case Reply.Listed one when listed.size() < MOST_LISTED -> listed.add(one);
                    case Reply.Done(var count)
                    when count == listed.size() -> {
                        return listed;
                    }
                    case Reply other -> throw unexpected(other);
                }
            }
        });
    }

    /** To the process group. */
    public void signal(long id, int signal) throws IOException {
        ask(Request.signal(id, signal), connection -> done(connection, ANSWER_TIME));
    }

    public void resize(long id, ExecRequest.Terminal size) throws IOException {
        ask(Request.resize(id, size), connection -> done(connection, ANSWER_TIME));
    }

    /** One that waited begins only now, and so does its time; 0 is none. */
    public void beginTime(long id, int timeoutMs) throws IOException {
        ask(Request.begin(id, timeoutMs), connection -> done(connection, ANSWER_TIME));
    }

    /**
     * Looks at any process inside.
     *
     * @throws HelperRefusal there is none with this pid
     */
    public Reply.Inspected inspect(int pid) throws IOException {
        return ask(Request.inspect(pid), connection -> switch (answer(connection, ANSWER_TIME)) {
            case Reply.Inspected inspected -> inspected;
            case Reply other -> throw unexpected(other);
        });
    }

    /** Every process inside, whoever started it. */
    public List<Reply.Node> tree() throws IOException {
        return ask(Request.tree(), connection -> switch (answer(connection, ANSWER_TIME)) {
            case Reply.Tree(var nodes) -> nodes;
            case Reply other -> throw unexpected(other);
        });
    }

    /**
     * To the process group of any process inside.
     *
     * @throws HelperRefusal there is none with this pid, or it is the service's own
     */
    public void signalGroup(int pid, int signal) throws IOException {
        ask(Request.kill(pid, signal), connection -> done(connection, ANSWER_TIME));
    }

    /** Signals everything inside; tells whether all of it was gone within the time. */
    public boolean terminate(int signal, Duration wait) throws IOException {
        return ask(
                Request.terminate(signal, (int) wait.toMillis()),
                connection -> done(connection, wait.plus(ANSWER_TIME)) == 0);
    }

    /**
     * Stops the time of all processes inside before they are frozen, or lets it go on: what is frozen must not time out.
     *
     * @throws IOException it does not answer, or is of a version that has no such clock
     */
    public void setClock(boolean runs) throws IOException {
        ask(Request.clock(runs), connection -> done(connection, ANSWER_TIME));
    }

    /**
     * Connects to a port inside, by a connection of its own.
     *
     * @throws HelperRefusal nothing listens there
     * @throws HelperProtocolException nothing answered within the time
     */
    public HelperRelay relay(int port, Duration time) throws IOException {
        var connection = HelperConnection.open(socket);
        try {
            connection.send(Request.relay(port));
            return switch (connection.receiveWithin(time)) {
                case Reply.Done done -> new HelperRelay(connection);
                case Reply.Failed failed -> throw new HelperRefusal(failed);
                case Reply other -> throw unexpected(other);
            };
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Starts a server inside, on a connection of its own.
     *
     * @throws HelperRefusal there is no such user, nobody may become him, or nothing more can be started inside
     */
    public RoleConnection serve(Role role, String user) throws IOException {
        var connection = HelperConnection.open(socket);
        try {
            connection.send(Request.serve(role, user));
            return switch (connection.receiveWithin(ANSWER_TIME)) {
                case Reply.Done done -> new RoleConnection(connection);
                case Reply.Failed failed -> throw new HelperRefusal(failed);
                case Reply other -> throw unexpected(other);
            };
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private HelperProcess bind(ByteBuffer request, byte[] note) throws IOException {
        return onConnection(request, connection -> switch (answer(connection, ANSWER_TIME)) {
            case Reply.Started(var id, var pid, var startedAt) ->
                new HelperProcess(this, connection, id, pid, startedAt, note, 0);
            case Reply.Attached(var id, var pid, var startedAt, var stdinAccepted, var kept) ->
                new HelperProcess(this, connection, id, pid, startedAt, kept, stdinAccepted);
            case Reply other -> throw unexpected(other);
        });
    }

    private interface Conversation<T> {
        T with(HelperConnection connection) throws IOException;
    }

    /** A question and its answer, after which the connection is idle again. */
    private <T> T ask(ByteBuffer request, Conversation<T> conversation) throws IOException {
        return onConnection(request, connection -> {
            var result = conversation.with(connection);
            release(connection);
            return result;
        });
    }

    private <T> T onConnection(ByteBuffer request, Conversation<T> conversation) throws IOException {
        var connection = send(request);
        try {
            return conversation.with(connection);
        } catch (HelperRefusal e) {
            release(connection);
            throw e;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A kept connection may have died with its helper; a new one tells whether there is one at all. */
    private HelperConnection send(ByteBuffer request) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            try {
                kept.send(request.duplicate());
                return kept;
            } catch (IOException dead) {
                kept.close();
            }
        }
        var connection = HelperConnection.open(socket);
        try {
            connection.send(request);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    void release(HelperConnection connection) throws IOException {
        if (closed || idle.size() >= MOST_IDLE) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    private static Reply answer(HelperConnection connection, Duration time) throws IOException {
        var reply = connection.receiveWithin(time);
        while (reply instanceof Reply.StdinAccepted) {
            // The last word on a process this connection served before.
            reply = connection.receiveWithin(time);
        }
        if (reply instanceof Reply.Failed failed) {
            throw new HelperRefusal(failed);
        }
        return reply;
    }

    private static int done(HelperConnection connection, Duration time) throws IOException {
        return switch (answer(connection, time)) {
            case Reply.Done(var number) -> number;
            case Reply other -> throw unexpected(other);
        };
    }

    static HelperProtocolException unexpected(Reply reply) {
        return new HelperProtocolException("unexpected " + reply.getClass().getSimpleName());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }
}
