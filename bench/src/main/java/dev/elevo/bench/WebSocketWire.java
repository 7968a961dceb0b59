package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;

/** A WebSocket with nothing around it: one thread that writes a message and reads the next, so that no figure holds our own detours. */
final class WebSocketWire implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final int LENGTH_OF_EIGHT_BYTES = 127;
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    WebSocketWire(URI address, List<String> protocols) throws IOException {
        socket = new Socket(InetAddress.getByName(address.getHost()), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        var target = address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        var request = "GET " + target + " HTTP/1.1\r\nHost: " + address.getAuthority()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (protocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + String.join(", ", protocols) + "\r\n")
                + "\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new WrongReply("no WebSocket: " + head);
        }
    }

    void send(String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        var frame = ByteBuffer.allocate(bytes.length + 8).put((byte) TEXT);
        if (bytes.length < LENGTH_OF_TWO_BYTES) {
            frame.put((byte) (MASKED | bytes.length));
        } else {
            frame.put((byte) (MASKED | LENGTH_OF_TWO_BYTES)).putShort((short) bytes.length);
        }
        frame.putInt(0).put(bytes); // a mask of zeros is one, too
        socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    /** The next message of text. */
    String receive() throws IOException {
        var type = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == LENGTH_OF_TWO_BYTES) {
            length = in.readUnsignedShort();
        } else if (length == LENGTH_OF_EIGHT_BYTES) {
            length = in.readLong();
        }
        var bytes = new byte[(int) length];
        in.readFully(bytes);
        if (type != TEXT) {
            throw new WrongReply("no text but " + type);
        }
        return new String(bytes, UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
