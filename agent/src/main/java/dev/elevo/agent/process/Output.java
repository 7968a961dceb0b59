package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;

/**
 * What a process wrote, readable by offset. The order across the streams is a list of points: at each, so much of stdout and so
 * much of stderr had been written. Between two neighbours usually one stream grew; where points were dropped both did.
 */
interface Output {
    Point total();

    int points();

    Point point(int index) throws IOException;

    /** Bytes kept of each stream at its beginning, and again at its end. */
    int most();

    /** All of the bytes must be kept ones, see {@link KeptEnds#firstKept}. */
    byte[] read(OutputStreamName stream, long offset, int length) throws IOException;

    /** A moment in the life of the outputs. */
    @Serdeable
    record Point(long stdout, long stderr) {
        static final Point START = new Point(0, 0);

        long of(OutputStreamName stream) {
            return switch (stream) {
                case STDOUT -> stdout;
                case STDERR -> stderr;
            };
        }

        Point plus(OutputStreamName stream, long bytes) {
            return switch (stream) {
                case STDOUT -> new Point(stdout + bytes, stderr);
                case STDERR -> new Point(stdout, stderr + bytes);
            };
        }
    }
}
