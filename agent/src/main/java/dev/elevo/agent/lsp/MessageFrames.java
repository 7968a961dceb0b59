package dev.elevo.agent.lsp;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The messages in what a server says. lsp4j has a reader of its own, which believes any length it is told; this one takes room as
 * bytes come, for no more than a bound, and refuses what is no message.
 */
final class MessageFrames implements Closeable {
    static final int MOST_BYTES = 4 << 20;
    private static final int MOST_HEADER = 2048;
    private static final String LENGTH = "content-length:";

    private final MessageRoom room;
    private final Allowance allowance;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final ByteArrayOutputStream small = new ByteArrayOutputStream();
    private @Nullable Spool large;
    private boolean inBody;
    private int length;
    private int filled;
    private volatile long largeSince;

    MessageFrames(MessageRoom room, Allowance allowance) {
        this.room = room;
        this.allowance = allowance;
    }

    /** Takes a whole message, and the place that it stands in, which is then the taker's to leave. */
    interface Sink {
        void take(byte[] message, MessageRoom.Place place) throws BrokenServerException;
    }

    /** The time since when a large message is on its way; 0 while none is. */
    long largeSince() {
        return largeSince;
    }

    void feed(byte[] data, Sink sink) throws BrokenServerException {
        try {
            for (int at = 0; at < data.length; ) {
                at = inBody ? feedBody(data, at) : feedHeader(data, at);
                if (inBody && filled == length) {
                    inBody = false;
                    deliver(sink);
                }
            }
        } catch (BrokenServerException e) {
            throw e;
        } catch (IOException e) {
            throw new BrokenServerException("no_room", e); // on our own disk
        }
    }

    private int feedHeader(byte[] data, int from) throws IOException {
        for (int at = from; at < data.length; at++) {
            header.write(data[at]);
            if (data[at] == '\n' && endsWithBlankLine()) {
                begin();
                return at + 1;
            }
            if (header.size() > MOST_HEADER) {
                throw new BrokenServerException("garbage");
            }
        }
        return data.length;
    }

    private boolean endsWithBlankLine() {
        return header.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
    }

    private void begin() throws IOException {
        length = announced(header.toString(StandardCharsets.ISO_8859_1));
        header.reset();
        filled = 0;
        inBody = true;
        if (length > MessageRoom.SMALL) {
            large = room.spool();
            largeSince = System.nanoTime();
        }
    }

    private static int announced(String header) throws BrokenServerException {
        for (var line : header.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                var digits = line.substring(LENGTH.length()).strip();
                if (!digits.matches("\\d{1,18}")) {
                    break;
                }
                var bytes = Long.parseLong(digits);
                if (bytes > MOST_BYTES) {
                    throw new BrokenServerException("message_too_large");
                }
                return (int) bytes;
            }
        }
        throw new BrokenServerException("garbage");
    }

    private int feedBody(byte[] data, int from) throws IOException {
        var some = Math.min(length - filled, data.length - from);
        if (large == null) {
            small.write(data, from, some);
        } else {
            large.add(data, from, some);
        }
        filled += some;
        return from + some;
    }

    private void deliver(Sink sink) throws IOException {
        allowance.spend(length);
        if (large == null) {
            var message = small.toByteArray();
            small.reset();
            sink.take(message, MessageRoom.Place.free());
            return;
        }
        largeSince = 0;
        sinkLarge(sink);
    }

    private void sinkLarge(Sink sink) throws IOException {
        var place = room.enter();
        byte[] message;
        try (var arrived = large) {
            large = null;
            message = arrived == null ? new byte[0] : arrived.content();
        } catch (IOException | RuntimeException e) {
            place.close();
            throw e;
        }
        sink.take(message, place);
    }

    /** Nothing more comes. */
    @Override
    public void close() throws IOException {
        largeSince = 0;
        if (large != null) {
            large.close();
        }
    }
}
