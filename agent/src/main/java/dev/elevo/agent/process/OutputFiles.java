package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Output on disk: a file per stream, and one for the points. The points are written last, so that after a crash they are the
 * truth: bytes beyond the last point do not count yet, and come again from the helper.
 */
final class OutputFiles implements Output, Closeable {
    private static final int POINT_BYTES = 16;

    /** Enough for a line per point in any output that is kept whole; beyond, the order in the middle gets coarse. */
    private static final int MOST_POINTS = 1 << 16;

    private final int most;
    private final KeptEnds stdout;
    private final KeptEnds stderr;
    private final KeptEnds order;
    private Point total;

    private OutputFiles(int most, KeptEnds stdout, KeptEnds stderr, KeptEnds order, Point total) {
        this.most = most;
        this.stdout = stdout;
        this.stderr = stderr;
        this.order = order;
        this.total = total;
    }

    /** Opens what is there, or begins. */
    static OutputFiles open(Path directory, int most) throws IOException {
        var orderFile = directory.resolve("order");
        var order = KeptEnds.open(orderFile, MOST_POINTS * POINT_BYTES, countPoints(orderFile) * POINT_BYTES);
        var total = order.total() == 0 ? Point.START : readPoint(order, order.total() - POINT_BYTES);
        var stdout = KeptEnds.open(directory.resolve("stdout"), most, total.stdout());
        var stderr = KeptEnds.open(directory.resolve("stderr"), most, total.stderr());
        return new OutputFiles(most, stdout, stderr, order, total);
    }

    /**
     * Once the ring turned, the file's length tells no count. Any count that leads to the newest point will do, as long as it
     * says that the ring turned: only the place in the ring matters.
     */
    private static long countPoints(Path orderFile) throws IOException {
        if (!Files.exists(orderFile)) {
            return 0;
        }
        var file = ByteBuffer.wrap(Files.readAllBytes(orderFile));
        var slots = file.remaining() / POINT_BYTES;
        if (slots <= MOST_POINTS) {
            return slots;
        }
        var newest = MOST_POINTS;
        for (int slot = MOST_POINTS; slot < slots; slot++) {
            if (bytesAt(file, slot) > bytesAt(file, newest)) {
                newest = slot;
            }
        }
        var turned = newest + 1 < slots;
        var ring = MOST_POINTS + KeptEnds.SLACK / POINT_BYTES;
        return newest + 1L + (turned ? ring : 0);
    }

    private static long bytesAt(ByteBuffer file, int slot) {
        return file.getLong(slot * POINT_BYTES) + file.getLong(slot * POINT_BYTES + Long.BYTES);
    }

    void append(List<OutputPart> parts) throws IOException {
        var points = ByteBuffer.allocate(parts.size() * POINT_BYTES);
        var at = total;
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            file(part.stream()).append(at.of(part.stream()), part.bytes());
            at = at.plus(part.stream(), part.bytes().length);
            if (i + 1 == parts.size() || parts.get(i + 1).stream() != part.stream()) {
                points.putLong(at.stdout()).putLong(at.stderr());
            }
        }
        var written = new byte[points.position()];
        points.flip().get(written);
        order.append(order.total(), written);
        total = at;
    }

    @Override
    public Point total() {
        return total;
    }

    @Override
    public int points() {
        var all = order.total() / POINT_BYTES;
        return (int) Math.min(all, 2L * MOST_POINTS);
    }

    @Override
    public Point point(int index) throws IOException {
        var all = order.total() / POINT_BYTES;
        var skipped = index < MOST_POINTS ? 0 : all - points();
        return readPoint(order, (index + skipped) * POINT_BYTES);
    }

    private static Point readPoint(KeptEnds order, long at) throws IOException {
        var bytes = ByteBuffer.wrap(order.read(at, POINT_BYTES));
        return new Point(bytes.getLong(), bytes.getLong());
    }

    @Override
    public int most() {
        return most;
    }

    @Override
    public byte[] read(OutputStreamName stream, long offset, int length) throws IOException {
        return file(stream).read(offset, length);
    }

    private KeptEnds file(OutputStreamName stream) {
        return switch (stream) {
            case STDOUT -> stdout;
            case STDERR -> stderr;
        };
    }

    @Override
    public void close() throws IOException {
        try (order;
                stderr;
                stdout) {
            // Closes the three, whatever happens to one.
        }
    }
}
