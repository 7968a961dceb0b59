package dev.elevo.functions.admin.gateway.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends nothing while something lies on it that nobody asked for: what came beyond the length of an answer, or behind
 * one that has no body. It would be taken for the next answer, which is somebody else's, and every answer after it would be one late.
 * What arrives only when the request is on its way cannot be told from its answer: such an upstream answers whom it likes.
 */
final class UpstreamConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private final Parser parser;
    private volatile boolean isClosed;
    private Timeout timeout = Timeout.DISABLED;

    /** Nothing was sent. */
    static final class SpoiltException extends IOException {
        private static final long serialVersionUID = 1;

        private final boolean isNew;

        private SpoiltException(boolean isNew) {
            super("there is something on the connection that nobody asked for");
            this.isNew = isNew;
        }

        /** Whether nothing had been asked on this connection: another one would be no better. */
        boolean isNew() {
            return isNew;
        }
    }

    /** Strict: the client's own one skips lines until one looks like an answer. */
    private static final class Parser extends DefaultHttpResponseParser {
        private @Nullable SessionInputBuffer buffer;

        Parser(Http1Config config) {
            super(config, BasicLineParser.INSTANCE, null);
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer from, InputStream in) throws IOException, HttpException {
            buffer = from;
            return super.parse(from, in);
        }
    }

    private UpstreamConnection(Http1Config config, Parser parser) {
        super(config, null, null, null, null, null, asked -> parser);
        this.parser = parser;
    }

    static HttpConnectionFactory<ManagedHttpClientConnection> factory(Http1Config config) {
        return socket -> new UpstreamConnection(config, new Parser(config)); // the pool binds what it connects
    }

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        var read = parser.buffer;
        if (read == null ? isSomethingSaid() : read.length() > 0 || isSomethingSaid() || isSomethingBeneath()) {
            throw new SpoiltException(read == null);
        }
        super.sendRequestHeader(request);
    }

    private boolean isSomethingSaid() throws IOException {
        return ensureOpen().getInputStream().available() > 0;
    }

    /**
     * What is not deciphered yet. On a new connection that is what the handshake leaves behind, the server's tickets; on a kept one it
     * costs a connection at the most.
     */
    private boolean isSomethingBeneath() throws IOException {
        var socket = ensureOpen();
        return socket.getSSLSocket() != null
                && socket.getBaseSocket().getInputStream().available() > 0;
    }

    /** One that was given up while it was made stays so. */
    @Override
    protected void bind(SocketHolder socket) throws IOException {
        if (isClosed) {
            socket.getBaseSocket().close();
            throw new InterruptedIOException("the connection was given up");
        }
        super.bind(socket);
        timeout = Timeout.ofMilliseconds(socket.getBaseSocket().getSoTimeout());
    }

    @Override
    public @Nullable Socket getSocket() {
        var socket = getSocketHolder();
        return socket == null ? null : socket.getSocket();
    }

    @Override
    public void setSocketTimeout(Timeout wanted) {
        super.setSocketTimeout(wanted);
        timeout = wanted;
    }

    @Override
    public void passivate() {
        super.setSocketTimeout(Timeout.DISABLED);
    }

    @Override
    public void activate() {
        super.setSocketTimeout(timeout);
    }

    @Override
    public void close() {
        close(CloseMode.GRACEFUL);
    }

    /**
     * Without a farewell, which only encryption has: who does not read would let us wait to say it, and everybody else with us, since
     * the pool says it while nobody gets a connection.
     */
    @Override
    public void close(CloseMode how) {
        isClosed = true;
        var socket = getSocketHolder();
        super.close(socket != null && socket.getSSLSocket() != null ? CloseMode.IMMEDIATE : how);
    }
}
