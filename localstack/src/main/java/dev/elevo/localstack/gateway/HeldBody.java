package dev.elevo.localstack.gateway;

import dev.elevo.contract.room.HeapRoom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/** The body of an answer whose room is given back when it has left, or will never leave. */
final class HeldBody extends UnpooledHeapByteBuf {
    private final HeapRoom.Share share;

    private HeldBody(byte[] body, HeapRoom.Share share) {
        super(UnpooledByteBufAllocator.DEFAULT, body, body.length);
        this.share = share;
    }

    static ByteBuf of(ByteBuf body, HeapRoom.Share share) {
        if (share.isEmpty()) {
            return body;
        }
        return new HeldBody(ByteBufUtil.getBytes(body, body.readerIndex(), body.readableBytes(), false), share);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        share.close();
    }
}
