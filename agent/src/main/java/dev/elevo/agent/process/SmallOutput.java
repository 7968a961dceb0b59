package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Output that never needed a file of its own. */
final class SmallOutput implements Output {
    private final byte[] stdout;
    private final byte[] stderr;
    private final List<Point> points = new ArrayList<>();
    private final int most;

    SmallOutput(List<OutputPart> parts, int most) {
        this.most = most;
        var at = Point.START;
        for (var part : parts) {
            at = at.plus(part.stream(), part.bytes().length);
            points.add(at);
        }
        stdout = join(parts, OutputStreamName.STDOUT, at);
        stderr = join(parts, OutputStreamName.STDERR, at);
    }

    private static byte[] join(List<OutputPart> parts, OutputStreamName stream, Point total) {
        var joined = new byte[(int) total.of(stream)];
        var at = 0;
        for (var part : parts) {
            if (part.stream() == stream) {
                System.arraycopy(part.bytes(), 0, joined, at, part.bytes().length);
                at += part.bytes().length;
            }
        }
        return joined;
    }

    @Override
    public Point total() {
        return points.isEmpty() ? Point.START : points.getLast();
    }

    @Override
    public int points() {
        return points.size();
    }

    @Override
    public Point point(int index) {
        return points.get(index);
    }

    @Override
    public int most() {
        return most;
    }

    @Override
    public byte[] read(OutputStreamName stream, long offset, int length) {
        var all = switch (stream) {
            case STDOUT -> stdout;
            case STDERR -> stderr;
        };
        return Arrays.copyOfRange(all, (int) offset, (int) offset + length);
    }
}
