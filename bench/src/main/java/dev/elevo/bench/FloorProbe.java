package dev.elevo.bench;

import java.io.IOException;

/**
 * How fast this machine is at this moment: a byte to another process and back, through pipes. On a shared machine a block of
 * measurements is only worth something when the machine was quiet.
 */
final class FloorProbe implements AutoCloseable {
    private static final int ROUNDS = 2000;

    private final Process echo;

    FloorProbe() throws IOException {
        echo = new ProcessBuilder("cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Nanoseconds of one round. */
    double nanos() throws IOException {
        var out = echo.getOutputStream();
        var in = echo.getInputStream();
        var start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            out.write('x');
            out.flush();
            if (in.read() != 'x') {
                throw new IOException("the echo process has ended");
            }
        }
        return (System.nanoTime() - start) / (double) ROUNDS;
    }

    @Override
    public void close() {
        echo.destroy();
    }
}
