package dev.elevo.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One connection on which a test says byte for byte what it means, whatever host it names. */
final class RawHttp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /** Status and headers; names in lower case. */
    record Head(int status, Map<String, List<String>> headers) {
        String header(String name) {
            return String.join("|", headers.getOrDefault(name, List.of()));
        }

        boolean has(String name) {
            return headers.containsKey(name);
        }
    }

    record Reply(Head head, String body) {
        int status() {
            return head.status();
        }

        String header(String name) {
            return head.header(name);
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** A request without a body. */
    Reply call(String method, String target, String host, String... headers) throws IOException {
        send(head(method, target, host, headers) + "\r\n");
        var head = readHead();
        return new Reply(head, method.equals("HEAD") ? "" : readBody(head));
    }

    static String head(String method, String target, String host, String... headers) {
        var text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (var header : headers) {
            text.append(header).append("\r\n");
        }
        return text.toString();
    }

    Reply read() throws IOException {
        var head = readHead();
        return new Reply(head, readBody(head));
    }

    Head readHead() throws IOException {
        var status = Integer.parseInt(line().split(" ")[1]);
        var headers = new HashMap<String, List<String>>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new Head(status, headers);
    }

    String readBody(Head head) throws IOException {
        if (head.header("transfer-encoding").equals("chunked")) {
            var body = new StringBuilder();
            for (var size = chunk(); size > 0; size = chunk()) {
                body.append(new String(in.readNBytes(size), ISO_8859_1));
                line();
            }
            line();
            return body.toString();
        }
        var length = head.header("content-length");
        return length.isEmpty() ? new String(in.readAllBytes(), ISO_8859_1) : text(Integer.parseInt(length));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String text(int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(bytes.length + " of " + length + " bytes");
        }
        return new String(bytes, ISO_8859_1);
    }

    InputStream in() {
        return in;
    }

    String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("hung up after: " + line);
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
