package dev.elevo.localstack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.regex.Pattern;

/** A client of a stream that reads when it is told to, and until then leaves no room for much: a kernel's own would be megabytes. */
final class SlowReader implements AutoCloseable {
    private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\".*\"cursor\":\"([^\"]*)\"");
    private static final int ROOM = 64 * 1024;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int CLOSE = 0x88;
    private static final int LENGTH_OF_TWO_BYTES = 126;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final StringBuilder shown = new StringBuilder();
    private String cursor = "";

    SlowReader(RunningStack stack, String target) throws IOException {
        var gateway = URI.create(stack.ready("url").toString());
        socket.setReceiveBufferSize(ROOM);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var request = "GET " + target + " HTTP/1.1\r\nHost: " + gateway.getAuthority()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-API-Key: " + stack.adminKey() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("no WebSocket: " + head);
        }
    }

    /** All there is, up to the close, whose code it gives. */
    int readToEnd() throws IOException {
        while (true) {
            var type = in.readUnsignedByte();
            var length = in.readUnsignedByte();
            if (length == LENGTH_OF_TWO_BYTES) {
                length = in.readUnsignedShort();
            }
            if (type == CLOSE) {
                return in.readUnsignedShort();
            }
            var bytes = new byte[length];
            in.readFully(bytes);
            var data = DATA.matcher(new String(bytes, UTF_8));
            if (data.find()) {
                shown.append(new String(Base64.getDecoder().decode(data.group(1)), UTF_8));
                cursor = data.group(2);
            }
        }
    }

    String shown() {
        return shown.toString();
    }

    String cursor() {
        return cursor;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
