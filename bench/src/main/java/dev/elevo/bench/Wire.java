package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection, kept open, over TCP or a Unix socket. The same client for both sides of a contest, and as little of
 * it as possible: what it costs is in both figures.
 */
final class Wire implements AutoCloseable {
    /** A server closes a connection that it thinks is not used any more, and tells only who asks next. */
    private static final long LONGEST_REST_NANOS = 10_000_000_000L;

    private final SocketAddress address;
    private final String fixedHeaders;
    private long usedAt;
    private @Nullable SocketChannel channel;
    private @Nullable InputStream input;

    /** An answer. */
    record Reply(int status, String text) {
        Reply expect(int wanted) {
            if (status != wanted) {
                throw new WrongReply("status " + status + " instead of " + wanted + ": " + text());
            }
            return this;
        }
    }

    Wire(SocketAddress address, Map<String, String> headers) {
        this.address = address;
        var lines = new StringBuilder("Host: " + host(address) + "\r\n");
        headers.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        this.fixedHeaders = lines.toString();
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress server ? "localhost:" + server.getPort() : "localhost";
    }

    Reply get(String path) throws IOException {
        return send("GET", path, null);
    }

    Reply post(String path, String json) throws IOException {
        return send("POST", path, json);
    }

    Reply delete(String path) throws IOException {
        return send("DELETE", path, null);
    }

    private Reply send(String method, String path, @Nullable String json) throws IOException {
        var connection = connect();
        var body = json == null ? new byte[0] : json.getBytes(UTF_8);
        var head = method + " " + path + " HTTP/1.1\r\n" + fixedHeaders
                + (json == null ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n")
                + "\r\n";
        var request = ByteBuffer.allocate(head.length() + body.length)
                .put(head.getBytes(ISO_8859_1))
                .put(body)
                .flip();
        while (request.hasRemaining()) {
            connection.write(request);
        }
        var reply = read();
        usedAt = System.nanoTime();
        return reply;
    }

    private SocketChannel connect() throws IOException {
        if (System.nanoTime() - usedAt > LONGEST_REST_NANOS) {
            close();
        }
        if (channel != null) {
            return channel;
        }
        var opened = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        opened.connect(address);
        if (!(address instanceof UnixDomainSocketAddress)) {
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        input = new BufferedInputStream(Channels.newInputStream(opened), 64 * 1024);
        channel = opened;
        return opened;
    }

    private Reply read() throws IOException {
        var status = Integer.parseInt(line().split(" ", 3)[1]);
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var body = body(status, headers);
        if ("close".equalsIgnoreCase(headers.get("connection"))) {
            close();
        }
        return new Reply(status, new String(body, UTF_8));
    }

    private byte[] body(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        var length = headers.get("content-length");
        if (length != null) {
            return exactly(Integer.parseInt(length));
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks();
        }
        // No length: the body ends with the connection, as podman's attached streams do.
        var rest = source().readAllBytes();
        close();
        return rest;
    }

    private byte[] chunks() throws IOException {
        var whole = new ByteArrayOutputStream();
        for (var size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            whole.write(exactly(size));
            line();
        }
        line();
        return whole.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        var bytes = source().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer is cut");
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = source().read(); c != '\n'; c = source().read()) {
            if (c < 0) {
                throw new EOFException("the connection has ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private InputStream source() {
        if (input == null) {
            throw new IllegalStateException("not connected");
        }
        return input;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            input = null;
        }
    }
}
