package dev.elevo.conformance.dsl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;

/** Asks for a WebSocket, and reads the answer of who refuses it: the client of the JDK keeps its body to itself. */
final class Handshake {
    private static final int PATIENCE = (int) Duration.ofSeconds(60).toMillis();
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private Handshake() {}

    static Answer of(Target target, String path, Map<String, String> headers) {
        try (var socket = new Socket()) {
            return read(path, ask(socket, target.at(path), path, headers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Asks on a socket that is not connected yet.
     *
     * @return where the answer is to be read
     */
    static InputStream ask(Socket socket, URI address, String path, Map<String, String> headers) throws IOException {
        var request = new ArrayList<>(List.of(
                "GET " + path + " HTTP/1.1",
                "Host: " + address.getAuthority(),
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
        headers.forEach((name, value) -> request.add(name + ": " + value));
        var wire = connected(socket, address);
        wire.getOutputStream().write((String.join("\r\n", request) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        return wire.getInputStream();
    }

    private static Socket connected(Socket socket, URI address) throws IOException {
        var isSafe = address.getScheme().equals("https");
        var port = address.getPort() > 0 ? address.getPort() : isSafe ? HTTPS : HTTP;
        socket.setSoTimeout(PATIENCE);
        socket.connect(new InetSocketAddress(address.getHost(), port));
        return isSafe
                ? ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(socket, address.getHost(), port, true)
                : socket;
    }

    static Answer read(String path, InputStream from) throws IOException {
        var status = Integer.parseInt(line(from).split(" ", 3)[1]);
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (var line = line(from); !line.isEmpty(); line = line(from)) {
            var colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon), List.of(line.substring(colon + 1).strip()));
        }
        var length = Integer.parseInt(
                headers.getOrDefault("Content-Length", List.of("0")).getFirst());
        return new Answer(
                "GET", path, "", status, headers, new String(from.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream from) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var next = from.read(); next != '\n'; next = from.read()) {
            if (next < 0) {
                throw new IOException("the connection ended within the answer");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }
}
