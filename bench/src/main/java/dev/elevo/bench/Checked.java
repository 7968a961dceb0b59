package dev.elevo.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32;

/** Bytes that came, as far as it takes to know whether they are the right ones. */
final class Checked {
    private final CRC32 sum = new CRC32();
    private long length;

    static Checked of(InputStream stream) throws IOException {
        var all = new Checked();
        var buffer = new byte[256 << 10];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            all.add(buffer, count);
        }
        return all;
    }

    static Checked of(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return of(stream);
        }
    }

    /** A way for bytes to come. */
    @FunctionalInterface
    interface Way {
        Checked read() throws IOException, InterruptedException;
    }

    /** How fast they come, all of them. */
    static double megabytesPerSecond(Checked expected, Way way) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var came = way.read();
        var nanos = System.nanoTime() - start;
        if (!came.equals(expected)) {
            throw new WrongReply(came + " came instead of " + expected);
        }
        return came.length * 1e3 / nanos;
    }

    void add(byte[] bytes) {
        add(bytes, bytes.length);
    }

    private void add(byte[] bytes, int count) {
        sum.update(bytes, 0, count);
        length += count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checked that && length == that.length && sum.getValue() == that.sum.getValue();
    }

    @Override
    public int hashCode() {
        return Objects.hash(length, sum.getValue());
    }

    @Override
    public String toString() {
        return length + " bytes with the sum " + Long.toHexString(sum.getValue());
    }
}
