package dev.elevo.agent.helper;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/** Makes a {@link Reply} of a frame, or refuses it: every number is checked before anything is done with it. */
final class ReplyReader {
    private static final int MOST_OUTPUT = 128 << 10;
    private static final int MOST_NOTE = 6 << 20;
    private static final int MOST_INSPECTED = 1 << 20;
    private static final int NODE_BYTES = 9;
    private static final int MOST_TREE = NODE_BYTES << 16;
    private static final int MOST_ELSE = 4096;
    private static final long MOST_MILLIS =
            Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    private ReplyReader() {}

    static void checkLength(byte type, int length) throws HelperProtocolException {
        var most = switch (type) {
            case 'o', 'e' -> MOST_OUTPUT;
            case 'a' -> MOST_NOTE;
            case 'p' -> MOST_INSPECTED;
            case 't' -> MOST_TREE;
            default -> MOST_ELSE;
        };
        if (length < 0 || length > most) {
            throw new HelperProtocolException("frame " + (char) type + " of " + length + " bytes");
        }
    }

    static Reply read(byte type, ByteBuffer payload) throws HelperProtocolException {
        try {
            return switch (type) {
                case 'o' -> output(OutputStreamName.STDOUT, payload);
                case 'e' -> output(OutputStreamName.STDERR, payload);
                case 's' -> new Reply.Started(payload.getLong(), pid(payload), instant(payload));
                case 'x' ->
                    new Reply.Ended(
                            payload.get() != 0,
                            within(payload.getInt(), 0, 255),
                            payload.get() != 0,
                            instant(payload),
                            Duration.ofNanos(
                                    Math.multiplyExact(within(payload.getLong(), 0, Long.MAX_VALUE / 1000), 1000)),
                            offset(payload),
                            offset(payload));
                case 'i' -> new Reply.StdinAccepted(offset(payload), payload.get() != 0);
                case 'r' -> new Reply.Done(payload.getInt());
                case '!' -> new Reply.Failed(FailedStep.ofNumber(payload.get()), payload.getInt(), words(payload));
                case 'a' ->
                    new Reply.Attached(
                            payload.getLong(), pid(payload), instant(payload), offset(payload), rest(payload));
                case 'l' -> new Reply.Listed(payload.getLong(), pid(payload), instant(payload), payload.get() != 0);
                case 'p' ->
                    new Reply.Inspected(
                            section(payload),
                            section(payload),
                            section(payload),
                            section(payload),
                            section(payload),
                            section(payload));
                case 't' -> tree(payload);
                default -> throw new HelperProtocolException("unknown frame " + type);
            };
        } catch (BufferUnderflowException e) {
            throw new HelperProtocolException("short frame " + (char) type);
        }
    }

    private static Reply output(OutputStreamName stream, ByteBuffer payload) throws HelperProtocolException {
        return new Reply.Output(stream, offset(payload), rest(payload));
    }

    private static Reply tree(ByteBuffer payload) throws HelperProtocolException {
        var nodes = new ArrayList<Reply.Node>(payload.remaining() / NODE_BYTES);
        while (payload.hasRemaining()) {
            nodes.add(new Reply.Node(pid(payload), within(payload.getInt(), 0, Integer.MAX_VALUE), payload.get() != 0));
        }
        return new Reply.Tree(nodes);
    }

    private static int pid(ByteBuffer payload) throws HelperProtocolException {
        return within(payload.getInt(), 1, Integer.MAX_VALUE);
    }

    private static Instant instant(ByteBuffer payload) throws HelperProtocolException {
        return Instant.ofEpochMilli(within(payload.getLong(), 0, MOST_MILLIS));
    }

    private static long offset(ByteBuffer payload) throws HelperProtocolException {
        return within(payload.getLong(), 0, Long.MAX_VALUE / 2);
    }

    private static int within(int value, int least, int most) throws HelperProtocolException {
        return (int) within((long) value, least, most);
    }

    private static long within(long value, long least, long most) throws HelperProtocolException {
        if (value < least || value > most) {
            throw new HelperProtocolException("number " + value + " out of bounds");
        }
        return value;
    }

    private static byte[] section(ByteBuffer payload) throws HelperProtocolException {
        var bytes = new byte[within(payload.getInt(), 0, payload.remaining())];
        payload.get(bytes);
        return bytes;
    }

    private static byte[] rest(ByteBuffer payload) {
        var bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private static String words(ByteBuffer payload) {
        return new String(rest(payload), StandardCharsets.US_ASCII).replaceAll("\\P{Print}", "?");
    }
}
