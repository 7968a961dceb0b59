package dev.elevo.bench;

import java.io.IOException;
import java.io.InputStream;
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

    void add(byte[] bytes) {
        add(bytes, bytes.length);
    }

    private void add(byte[] bytes, int count) {
        sum.update(bytes, 0, count);
        length += count;
    }

    long length() {
        return length;
    }

    void mustBe(Checked other) {
        if (!equals(other)) {
            throw new WrongReply(this + " came instead of " + other);
        }
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
