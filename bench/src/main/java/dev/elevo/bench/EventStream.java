package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Base64;

/** Server-sent events of one answer, with the output that is in them, read with as little as possible. */
final class EventStream implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final byte[] OUTPUT = "data: {\"data\":\"".getBytes(US_ASCII);
    private static final byte[] OTHER = "data: ".getBytes(US_ASCII);
    private static final int OUTPUT_END = "\"}".length();

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[1 << 20];
    private int from;
    private int to;
    /** What is left of the chunk that is being read. */
    private long inChunk;

    EventStream(int port, String path, String json) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
        var body = json.getBytes(UTF_8);
        var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + LocalRun.KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().write(body);
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) one());
        }
        if (!answer.toString().startsWith("HTTP/1.1 200")) {
            throw new WrongReply("no events: " + answer);
        }
    }

    /** All output; the command must succeed. */
    Checked read() throws IOException {
        var output = new Checked();
        var last = "";
        while (!last.contains("\"exitCode\"")) {
            var begin = line();
            var length = from - 1 - begin;
            if (begins(OUTPUT, begin, length)) {
                var data = Arrays.copyOfRange(buffer, begin + OUTPUT.length, from - 1 - OUTPUT_END);
                output.add(Base64.getDecoder().decode(data));
            } else if (begins(OTHER, begin, length)) {
                last = new String(buffer, begin, length, UTF_8);
            }
        }
        if (!last.contains("\"exitCode\":0")) {
            throw new WrongReply("it ended with " + last);
        }
        return output;
    }

    private boolean begins(byte[] prefix, int begin, int length) {
        return length >= prefix.length && Arrays.equals(buffer, begin, begin + prefix.length, prefix, 0, prefix.length);
    }

    /** Where the next line begins; it ends before {@link #from}. */
    private int line() throws IOException {
        var searched = from;
        while (true) {
            for (; searched < to; searched++) {
                if (buffer[searched] == '\n') {
                    var begin = from;
                    from = searched + 1;
                    return begin;
                }
            }
            searched -= from;
            fill();
            searched += from;
        }
    }

    private void fill() throws IOException {
        if (inChunk == 0) {
            nextChunk();
        }
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        var count = in.read(buffer, to, (int) Math.min(inChunk, buffer.length - to));
        if (count < 0) {
            throw new EOFException("the events are cut");
        }
        to += count;
        inChunk -= count;
        if (inChunk == 0) {
            one();
            one();
        }
    }

    private void nextChunk() throws IOException {
        for (int digit = one(); digit != '\r'; digit = one()) {
            inChunk = 16 * inChunk + Character.digit(digit, 16);
        }
        one();
        if (inChunk == 0) {
            throw new EOFException("the events end without an exit");
        }
    }

    private int one() throws IOException {
        var read = in.read();
        if (read < 0) {
            throw new EOFException("the connection has ended");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
