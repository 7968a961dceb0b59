package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A connection on which a test says byte for byte what it means. */
public final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MILLIS_BETWEEN_OCTETS = 50;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /**
     * An answer.
     *
     * @param octets of the body, as Latin-1
     */
    public record Reply(int status, Map<String, List<String>> headers, String octets) {
        public String text() {
            return new String(bytes(), UTF_8);
        }

        public byte[] bytes() {
            return octets.getBytes(ISO_8859_1);
        }

        public String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public Reply get(String target) throws IOException {
        send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return read();
    }

    public Reply read() throws IOException {
        var head = readHead();
        var length = head.headers().get("content-length");
        return length == null
                ? head
                : new Reply(
                        head.status(),
                        head.headers(),
                        new String(in.readNBytes(Integer.parseInt(length.getFirst())), ISO_8859_1));
    }

    /** Of an answer that has no body, whatever its length says. */
    Reply readHead() throws IOException {
        var status = Integer.parseInt(line().split(" ")[1]);
        var headers = new HashMap<String, List<String>>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new Reply(status, headers, "");
    }

    /** The next frame of a WebSocket, short or of two octets' length, as text. */
    public String readFrame() throws IOException {
        var head = in.readNBytes(2);
        var length = head[1] & 0x7f;
        if (length == 126) {
            var octets = in.readNBytes(2);
            length = ((octets[0] & 0xff) << 8) | (octets[1] & 0xff);
        }
        return new String(in.readNBytes(length), UTF_8);
    }

    int[] readBytes(int count) throws IOException {
        var bytes = new int[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = in.read();
        }
        return bytes;
    }

    /** Blocks until the other side has ended the connection in good order. */
    public boolean isEnded() throws IOException {
        return in.read() < 0;
    }

    /** Whether the other side ends the connection while it gets an octet now and then, as from a client that is slow on purpose. */
    public boolean isEndedWhileSending(char octet) throws IOException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        socket.setSoTimeout(MILLIS_BETWEEN_OCTETS);
        while (System.nanoTime() < deadline) {
            try {
                out.write(octet);
            } catch (SocketException reset) {
                return true;
            }
            if (isEndedByNow()) {
                return true;
            }
        }
        return false;
    }

    private boolean isEndedByNow() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the gateway hung up after: " + line);
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
