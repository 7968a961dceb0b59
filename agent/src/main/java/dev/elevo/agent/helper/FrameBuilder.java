package dev.elevo.agent.helper;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds a request for a server inside a sandbox. */
public final class FrameBuilder {
    private final char type;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream(256);

    public FrameBuilder(char type) {
        this.type = type;
    }

    /** The head of a frame whose payload is sent behind it. */
    public static ByteBuffer head(char type, int length) {
        return ByteBuffer.allocate(Request.HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) type)
                .putInt(length)
                .flip();
    }

    public FrameBuilder u8(int value) {
        payload.write(value);
        return this;
    }

    public FrameBuilder u32(int value) {
        return number(value, Integer.BYTES);
    }

    public FrameBuilder u64(long value) {
        return number(value, Long.BYTES);
    }

    private FrameBuilder number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            payload.write((int) (value >>> (Byte.SIZE * i)));
        }
        return this;
    }

    public FrameBuilder text(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text for a server has a NUL in it");
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        u32(bytes.length + 1);
        payload.writeBytes(bytes);
        payload.write(0);
        return this;
    }

    public ByteBuffer build() {
        return ByteBuffer.allocate(Request.HEADER + payload.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) type)
                .putInt(payload.size())
                .put(payload.toByteArray())
                .flip();
    }
}
