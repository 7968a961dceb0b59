package dev.elevo.agent.snapshot;

import com.github.luben.zstd.ZstdOutputStream;
import dev.elevo.contract.blob.BlobStore;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiFunction;

/** Writes a manifest into a file of this machine first: it becomes a blob as a whole. */
final class ManifestWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    /** What it is made of mostly are hashes, which no level makes smaller. */
    private static final int LEVEL = 1;

    private final Path file;
    private final StreamHash hash;
    private final OutputStream out;
    private boolean complete;

    ManifestWriter(ArchiveLibrary library, Path directory) throws IOException {
        file = Files.createTempFile(directory, "manifest", ".tmp");
        hash = new StreamHash(library);
        out = new BufferedOutputStream(
                new ZstdOutputStream(new BufferedOutputStream(new Hashed(Files.newOutputStream(file)), BUFFER), LEVEL),
                BUFFER);
    }

    private final class Hashed extends FilterOutputStream {
        Hashed(OutputStream to) {
            super(to);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hash.add(bytes, offset, length);
            out.write(bytes, offset, length);
        }
    }

    void write(byte[] records, int offset, int length) throws IOException {
        out.write(records, offset, length);
    }

    void write(byte[] record) throws IOException {
        out.write(record);
    }

    /** @param end what to say at the end, from the length and the hash of what was written */
    Manifest finish(BiFunction<Long, byte[], Manifest> end) throws IOException {
        out.write(Records.END);
        out.close();
        complete = true;
        var manifest = end.apply(Files.size(file), hash.digest());
        Files.write(file, manifest.bytes(), StandardOpenOption.APPEND);
        return manifest;
    }

    /** What is finished. With it published the snapshot is there. */
    BlobStore.Staged stage(Depot depot, String id) throws IOException {
        return depot.blobs().stage(depot.manifest(id), file);
    }

    @Override
    public void close() throws IOException {
        try {
            if (!complete) {
                out.close();
            }
        } finally {
            hash.close();
            Files.deleteIfExists(file);
        }
    }
}
