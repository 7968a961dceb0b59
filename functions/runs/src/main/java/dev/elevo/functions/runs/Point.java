package dev.elevo.functions.runs;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value of a metric. */
record Point(double value, @Nullable Long step, Instant timestamp) {
    /** Before every step there is. */
    static final long NO_STEP = -1;

    private static final int BYTES = 3 * Long.BYTES;

    private long stepOrNone() {
        return step == null ? NO_STEP : step;
    }

    static byte[] write(List<Point> points) {
        var bytes = ByteBuffer.allocate(points.size() * BYTES);
        points.forEach(point ->
                bytes.putDouble(point.value).putLong(point.stepOrNone()).putLong(point.timestamp.toEpochMilli()));
        return bytes.array();
    }

    /** As it was written. */
    static Point of(double value, long step, long milli) {
        return new Point(value, step == NO_STEP ? null : (Long) step, Instant.ofEpochMilli(milli));
    }
}
