package dev.elevo.functions.runs;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value of a metric. */
record Point(double value, @Nullable Long step, Instant timestamp) {
    /** By their steps; those without one by their time, before the others. */
    static final Comparator<Point> ORDER =
            Comparator.comparingLong(Point::stepOrNone).thenComparing(Point::timestamp);

    private static final long NO_STEP = -1;
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

    static List<Point> read(ByteBuffer bytes) {
        var points = new ArrayList<Point>(bytes.remaining() / BYTES);
        while (bytes.hasRemaining()) {
            var value = bytes.getDouble();
            var step = bytes.getLong();
            points.add(new Point(value, step == NO_STEP ? null : (Long) step, Instant.ofEpochMilli(bytes.getLong())));
        }
        return points;
    }

    /** So many of them that stand in equal distances, the first and the last among them; all, where they are no more. */
    static List<Point> thinned(List<Point> points, int most) {
        var size = points.size();
        if (size <= most) {
            return points;
        }
        if (most == 1) {
            return List.of(points.getLast());
        }
        var thinned = new ArrayList<Point>(most);
        for (long i = 0; i < most; i++) {
            thinned.add(points.get((int) (i * (size - 1) / (most - 1))));
        }
        return thinned;
    }
}
