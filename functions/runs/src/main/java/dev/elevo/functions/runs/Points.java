package dev.elevo.functions.runs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/** The points of one metric as bare numbers: a run may have a million, which as objects of their own would be five times as large. */
final class Points {
    private static final int FIRST_ROOM = 64;

    private double[] values = new double[FIRST_ROOM];
    private long[] steps = new long[FIRST_ROOM];
    private long[] millis = new long[FIRST_ROOM];
    private int size;
    private boolean inOrder = true;

    int size() {
        return size;
    }

    /** Adds those of a report whose steps are wanted. */
    void add(ByteBuffer written, LongPredicate wanted) {
        while (written.hasRemaining()) {
            var value = written.getDouble();
            var step = written.getLong();
            var milli = written.getLong();
            if (wanted.test(step)) {
                add(value, step, milli);
            }
        }
    }

    private void add(double value, long step, long milli) {
        if (size == values.length) {
            var room = size + size / 2;
            values = Arrays.copyOf(values, room);
            steps = Arrays.copyOf(steps, room);
            millis = Arrays.copyOf(millis, room);
        }
        values[size] = value;
        steps[size] = step;
        millis[size] = milli;
        inOrder &= size == 0 || compare(size - 1, size) <= 0;
        size++;
    }

    /** So many of them that stand in equal distances, the first and the last among them; all, where they are no more. */
    List<Point> thinned(int most) {
        var order = order();
        if (size <= most) {
            return Arrays.stream(order).mapToObj(this::point).toList();
        }
        if (most == 1) {
            return List.of(point(order[size - 1]));
        }
        return IntStream.range(0, most)
                .mapToObj(i -> point(order[(int) ((long) i * (size - 1) / (most - 1))]))
                .toList();
    }

    private Point point(int at) {
        return Point.of(values[at], steps[at], millis[at]);
    }

    /** By their steps; those without one by their time, before the others. */
    private int[] order() {
        var order = IntStream.range(0, size).toArray();
        if (!inOrder) {
            sort(order.clone(), order, 0, size);
        }
        return order;
    }

    /** By merging. The JDK sorts by a rule of one's own what is an object only, and a million of these are too many. */
    private void sort(int[] from, int[] to, int begin, int end) {
        if (end - begin < 2) {
            return;
        }
        var middle = (begin + end) >>> 1;
        sort(to, from, begin, middle);
        sort(to, from, middle, end);
        for (int at = begin, left = begin, right = middle; at < end; at++) {
            var takesLeft = left < middle && (right == end || compare(from[left], from[right]) <= 0);
            to[at] = takesLeft ? from[left++] : from[right++];
        }
    }

    private int compare(int one, int other) {
        var bySteps = Long.compare(steps[one], steps[other]);
        return bySteps == 0 ? Long.compare(millis[one], millis[other]) : bySteps;
    }
}
