package dev.elevo.platform.idempotency;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Stored bodies are compressed: most are JSON, and items are paid by the kilobyte. */
final class Packing {
    private Packing() {}

    static byte[] pack(byte[] body) {
        var packed = new ByteArrayOutputStream(body.length / 2 + 64);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to write", e);
        }
        return packed.toByteArray();
    }

    static byte[] unpack(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a stored answer is damaged", e);
        }
    }
}
