package dev.elevo.agent.lsp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The messages in what a server says. lsp4j has a reader of its own, which believes any length it is told; this one takes memory
 * as bytes come, for no more than a bound, and refuses what is no message.
 */
final class MessageFrames {
    static final int MOST_BYTES = 4 << 20;
    private static final int MOST_HEADER = 2048;
    private static final String LENGTH = "content-length:";

    private final MessageRoom room;
    private final Allowance allowance;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private byte @Nullable [] body;
    private int length;
    private int filled;
    private final AtomicBoolean inRoom = new AtomicBoolean();
    private volatile long largeSince;

    MessageFrames(MessageRoom room, Allowance allowance) {
        this.room = room;
        this.allowance = allowance;
    }

    /** Takes a whole message. */
    interface Sink {
        void take(byte[] message) throws BrokenServerException;
    }

    /** The time since when a large message is on its way; 0 while none is. */
    long largeSince() {
        return largeSince;
    }

    void feed(byte[] data, Sink sink) throws BrokenServerException {
        for (int at = 0; at < data.length; ) {
            at = body == null ? feedHeader(data, at) : feedBody(data, at);
            if (body != null && filled == length) {
                deliver(sink);
            }
        }
    }

    private int feedHeader(byte[] data, int from) throws BrokenServerException {
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

    private void begin() throws BrokenServerException {
        length = announced(header.toString(StandardCharsets.ISO_8859_1));
        header.reset();
        filled = 0;
        if (length > MessageRoom.SMALL) {
            room.enter();
            inRoom.set(true);
            largeSince = System.nanoTime();
        }
        body = new byte[Math.min(length, MessageRoom.SMALL)];
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

    private int feedBody(byte[] data, int from) {
        var some = Math.min(length - filled, data.length - from);
        var known = bodyWithRoom(filled + some);
        System.arraycopy(data, from, known, filled, some);
        filled += some;
        return from + some;
    }

    private byte[] bodyWithRoom(int needed) {
        var known = body == null ? new byte[0] : body;
        if (known.length < needed) {
            known = Arrays.copyOf(known, Math.min(length, Math.max(needed, 2 * known.length)));
        }
        body = known;
        return known;
    }

    private void deliver(Sink sink) throws BrokenServerException {
        var message = body == null ? new byte[0] : body;
        body = null;
        try {
            allowance.spend(length);
            sink.take(message.length == length ? message : Arrays.copyOf(message, length));
        } finally {
            leaveRoom();
        }
    }

    /** Nothing more of it is taken: a process may be frozen and never come to its end. */
    void abandon() {
        leaveRoom();
    }

    private void leaveRoom() {
        largeSince = 0;
        if (inRoom.compareAndSet(true, false)) {
            room.leave();
        }
    }
}
