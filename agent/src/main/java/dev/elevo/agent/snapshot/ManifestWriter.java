package dev.elevo.agent.snapshot;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.BiFunction;

/** Writes a manifest into a file of this machine first: it becomes a blob as a whole. */
final class ManifestWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int LEVEL = 3;

    private final Path file;
    private final MessageDigest digest = Manifest.digest();
    private final OutputStream out;
    private boolean complete;

    ManifestWriter(Path directory) throws IOException {
        file = Files.createTempFile(directory, "manifest", ".tmp");
        out = new BufferedOutputStream(
                new ZstdOutputStream(
                        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER), digest),
                        LEVEL),
                BUFFER);
    }

    void write(byte[] record) throws IOException {
        out.write(record);
    }

    /** @param end what to say at the end, from the length and the hash of what was written */
    Manifest store(Depot depot, String id, BiFunction<Long, byte[], Manifest> end) throws IOException {
        out.write(Records.END);
        out.close();
        complete = true;
        var manifest = end.apply(Files.size(file), digest.digest());
        Files.write(file, manifest.bytes(), StandardOpenOption.APPEND);
        depot.blobs().put(depot.manifest(id), file);
        return manifest;
    }

    @Override
    public void close() throws IOException {
        if (!complete) {
            out.close();
        }
        Files.deleteIfExists(file);
    }
}
