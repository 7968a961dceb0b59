package dev.elevo.agent.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/** Reads a message of the domain name system (RFC 1035), as hostile as it may be: nothing is read twice, and nothing beyond its end. */
final class MessageReader {
    private static final int POINTER = 0xc0;
    private static final int POINTER_BITS = 0x3fff;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_NAME = 253;

    private final byte[] message;
    private int at;

    MessageReader(byte[] message) {
        this.message = message;
    }

    int position() {
        return at;
    }

    int number8() throws MalformedMessageException {
        need(1);
        return message[at++] & 0xff;
    }

    int number16() throws MalformedMessageException {
        return number8() << 8 | number8();
    }

    /** Of a number without a sign that is too great for us the greatest we have. */
    int number32() throws MalformedMessageException {
        var number = number16() << 16 | number16();
        return number < 0 ? Integer.MAX_VALUE : number;
    }

    byte[] bytes(int count) throws MalformedMessageException {
        need(count);
        var read = Arrays.copyOfRange(message, at, at + count);
        at += count;
        return read;
    }

    private void need(int count) throws MalformedMessageException {
        if (count > message.length - at) {
            throw new MalformedMessageException("ends too early");
        }
    }

    /** In small letters, without a dot at its end. */
    String name() throws MalformedMessageException {
        var name = new StringJoiner(".");
        var next = at;
        var end = -1;
        var lowest = at;
        for (; ; ) {
            var length = byteAt(next);
            if ((length & POINTER) == POINTER) {
                var target = (length << 8 | byteAt(next + 1)) & POINTER_BITS;
                end = end < 0 ? next + 2 : end;
                // Always further towards the beginning, so there is an end to it.
                if (target >= lowest) {
                    throw new MalformedMessageException("a name leads forward");
                }
                lowest = target;
                next = target;
            } else if (length == 0) {
                at = end < 0 ? next + 1 : end;
                return name.toString();
            } else {
                name.add(label(next + 1, length));
                if (name.length() > LONGEST_NAME) {
                    throw new MalformedMessageException("a name is too long");
                }
                next += 1 + length;
            }
        }
    }

    private int byteAt(int index) throws MalformedMessageException {
        if (index >= message.length) {
            throw new MalformedMessageException("a name has no end");
        }
        return message[index] & 0xff;
    }

    private String label(int from, int length) throws MalformedMessageException {
        if (length > LONGEST_LABEL || length > message.length - from) {
            throw new MalformedMessageException("a label has no end");
        }
        var label = new String(message, from, length, StandardCharsets.ISO_8859_1);
        if (!label.chars().allMatch(MessageReader::isUsual)) {
            throw new MalformedMessageException("a label of no host's name");
        }
        return label.toLowerCase(Locale.ROOT);
    }

    private static boolean isUsual(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
