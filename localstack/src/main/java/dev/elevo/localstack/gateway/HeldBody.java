package dev.elevo.localstack.gateway;

import dev.elevo.contract.room.HeapRoom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/** The body of an answer whose room is given back when it has left, or will never leave. Direct: of another a copy would leave. */
final class HeldBody extends UnpooledDirectByteBuf {
    private final HeapRoom.Share share;

    private HeldBody(int length, HeapRoom.Share share) {
        super(UnpooledByteBufAllocator.DEFAULT, length, length);
        this.share = share;
    }

    static ByteBuf of(ByteBuf body, HeapRoom.Share share) {
        try {
            return new HeldBody(body.readableBytes(), share).writeBytes(body);
        } finally {
            body.release();
        }
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        share.close();
    }
}
