package dev.elevo.agent.lsp;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A large message while it comes: on disk, where one that never ends takes no memory and nobody's turn. */
final class Spool implements Closeable {
    private final FileChannel file;

    private Spool(FileChannel file) {
        this.file = file;
    }

    /** A file without a name: nothing is left of it, whoever is killed and when. */
    static Spool in(Path directory) throws IOException {
        var path = Files.createTempFile(Files.createDirectories(directory), "message", null);
        try {
            return new Spool(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            Files.delete(path);
        }
    }

    void add(byte[] data, int from, int length) throws IOException {
        for (var left = ByteBuffer.wrap(data, from, length); left.hasRemaining(); ) {
            file.write(left);
        }
    }

    byte[] content() throws IOException {
        var content = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (content.hasRemaining() && file.read(content, content.position()) >= 0) {
            // until all of it is there
        }
        return content.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
