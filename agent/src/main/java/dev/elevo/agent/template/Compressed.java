package dev.elevo.agent.template;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file that may be compressed. It is known by its first bytes: names and media types are often wrong. */
final class Compressed {
    private static final int LONGEST_MAGIC = 4;
    private static final int BUFFER = 1 << 16;

    private Compressed() {}

    static InputStream open(Path file) throws IOException {
        byte[] magic;
        try (var in = Files.newInputStream(file)) {
            magic = in.readNBytes(LONGEST_MAGIC);
        }
        if (begins(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(Files.newInputStream(file), BUFFER);
        }
        return begins(magic, 0x28, 0xb5, 0x2f, 0xfd) ? zstd(file) : Files.newInputStream(file);
    }

    private static boolean begins(byte[] magic, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (i >= magic.length || (magic[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static InputStream zstd(Path file) throws IOException {
        var process = new ProcessBuilder("zstd", "-dcq")
                .redirectInput(file.toFile())
                .redirectError(Redirect.DISCARD)
                .start();
        return new FilterInputStream(process.getInputStream()) {
            private boolean atEnd;

            @Override
            public int read() throws IOException {
                var read = in.read();
                return read < 0 ? ended() : read;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                var read = in.read(into, offset, length);
                return read < 0 ? ended() : read;
            }

            // Half a file also ends.
            private int ended() throws IOException {
                atEnd = true;
                try {
                    if (process.waitFor() != 0) {
                        throw new IOException("zstd ended with " + process.exitValue());
                    }
                    return -1;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }

            @Override
            public void close() throws IOException {
                if (!atEnd) {
                    process.destroyForcibly();
                }
                super.close();
            }
        };
    }
}
