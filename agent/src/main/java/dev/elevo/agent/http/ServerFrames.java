package dev.elevo.agent.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What a server says on a WebSocket (RFC 6455, 5.2): each message in one frame. */
final class ServerFrames {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PONG = 0x8A;
    private static final int LONGEST_HEAD = 10;
    private static final int SHORT = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    private ServerFrames() {}

    static ByteBuf text(ByteBufAllocator memory, byte[] message) {
        return head(memory, TEXT, message.length).writeBytes(message);
    }

    static ByteBuf pong(ByteBufAllocator memory, ByteBuf content) {
        return head(memory, PONG, content.readableBytes())
                .writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    static ByteBuf close(ByteBufAllocator memory, int code) {
        return head(memory, CLOSE, Short.BYTES).writeShort(code);
    }

    /** What the client gave as its reason is given back. */
    static ByteBuf close(ByteBufAllocator memory, ByteBuf content) {
        return head(memory, CLOSE, content.readableBytes())
                .writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    private static ByteBuf head(ByteBufAllocator memory, int kind, int length) {
        var frame = memory.directBuffer(LONGEST_HEAD + length).writeByte(kind);
        if (length <= SHORT) {
            return frame.writeByte(length);
        }
        return length <= 0xFFFF
                ? frame.writeByte(TWO_BYTES).writeShort(length)
                : frame.writeByte(EIGHT_BYTES).writeLong(length);
    }
}
