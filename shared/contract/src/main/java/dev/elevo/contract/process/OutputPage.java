package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a process's output, in the order it was written.
 *
 * @param droppedBytes bytes missing right before these chunks
 */
@Serdeable
public record OutputPage(
        List<Chunk> chunks,
        String nextCursor,
        boolean ended,
        @Nullable Integer exitCode,
        long droppedBytes) {
    public OutputPage {
        chunks = List.copyOf(chunks);
    }

    /**
     * Bytes of one stream.
     *
     * @param offset of the first byte, counted per stream
     */
    @Serdeable
    public record Chunk(String stream, String data, long offset) {}
}
