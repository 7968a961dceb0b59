package dev.elevo.agent.helper;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A frame from inside a sandbox, read from front to back. All of it is hostile. */
public final class Frame {
    private final char type;
    private final ByteBuffer payload;
    private final int length;

    Frame(byte type, ByteBuffer payload) {
        this.type = (char) type;
        this.length = payload.remaining();
        this.payload = payload.order(ByteOrder.LITTLE_ENDIAN);
    }

    public char type() {
        return type;
    }

    /** Of all of it, whatever was read. */
    public int length() {
        return length;
    }

    public int u8() throws HelperProtocolException {
        return Byte.toUnsignedInt(take(1).get());
    }

    public int u32() throws HelperProtocolException {
        return take(Integer.BYTES).getInt();
    }

    public long u64() throws HelperProtocolException {
        return take(Long.BYTES).getLong();
    }

    /** Bytes that are no UTF-8 become U+FFFD. */
    public String text() throws HelperProtocolException {
        var length = u32();
        if (length < 1 || length > payload.remaining()) {
            throw new HelperProtocolException("text of " + length + " bytes");
        }
        var bytes = new byte[length - 1];
        take(length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** As {@link #text}, but counted without a NUL behind it, and so many bytes at most. */
    public String bytes(int most) throws HelperProtocolException {
        var length = u32();
        if (length < 0 || length > most) {
            throw new HelperProtocolException(length + " bytes");
        }
        var bytes = new byte[length];
        take(length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private ByteBuffer take(int bytes) throws HelperProtocolException {
        try {
            var part = payload.slice(payload.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
            payload.position(payload.position() + bytes);
            return part;
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new HelperProtocolException("short frame " + type);
        }
    }
}
