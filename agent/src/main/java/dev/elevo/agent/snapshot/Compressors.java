package dev.elevo.agent.snapshot;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One for each thread that compresses: to begin one costs as much as a small file. */
final class Compressors implements AutoCloseable {
    /** What zstd itself takes where nobody says otherwise. */
    private static final int LEVEL = 3;

    private final List<ZstdCompressCtx> all = new ArrayList<>();
    private final BlockingQueue<ZstdCompressCtx> idle;

    Compressors(int count) {
        idle = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            var context = new ZstdCompressCtx().setLevel(LEVEL);
            all.add(context);
            idle.add(context);
        }
    }

    Block compress(Block block) throws InterruptedException {
        var context = idle.take();
        try {
            return block.compressed(context);
        } finally {
            idle.add(context);
        }
    }

    @Override
    public void close() {
        all.forEach(ZstdCompressCtx::close);
    }
}
