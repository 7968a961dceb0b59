package dev.elevo.conformance.dsl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
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
        var address = target.at(path);
        var isSafe = address.getScheme().equals("https");
        var port = address.getPort() > 0 ? address.getPort() : isSafe ? HTTPS : HTTP;
        var request = new ArrayList<>(List.of(
                "GET " + path + " HTTP/1.1",
                "Host: " + address.getAuthority(),
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="));
        headers.forEach((name, value) -> request.add(name + ": " + value));
        try (var socket = isSafe
                ? SSLSocketFactory.getDefault().createSocket(address.getHost(), port)
                : new Socket(address.getHost(), port)) {
            socket.setSoTimeout(PATIENCE);
            socket.getOutputStream()
                    .write((String.join("\r\n", request) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return read(path, socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer read(String path, InputStream from) throws IOException {
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
