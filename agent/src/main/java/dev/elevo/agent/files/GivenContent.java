package dev.elevo.agent.files;

import java.nio.ByteBuffer;
import java.util.List;

/** Content that is in memory already. */
final class GivenContent implements Upload {
    private final ByteBuffer content;

    GivenContent(byte[] content) {
        this.content = ByteBuffer.wrap(content);
    }

    @Override
    public List<ByteBuffer> next() {
        if (!content.hasRemaining()) {
            return List.of();
        }
        var some = content.slice(content.position(), Math.min(MOST, content.remaining()));
        content.position(content.position() + some.remaining());
        return List.of(some);
    }
}
