package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where which chunk lies, by its hash. */
final class ChunkTable implements AutoCloseable {
    private static final int FIELDS = 6;

    private final OffHeapTable table;

    ChunkTable(Path directory, long expected) throws IOException {
        table = new OffHeapTable(directory, ArchiveLibrary.DIGEST, FIELDS * Integer.BYTES, expected);
    }

    @Nullable
    Location find(byte[] hash) {
        var at = table.find(hash);
        return at == OffHeapTable.NONE
                ? null
                : new Location(field(at, 0), field(at, 1), field(at, 2), field(at, 3), field(at, 4), field(at, 5));
    }

    private int field(long at, int number) {
        return table.memory().get(JAVA_INT, at + (long) number * Integer.BYTES);
    }

    void put(byte[] hash, Location location) throws IOException {
        var at = table.claim(hash);
        var fields = new int[] {
            location.pack(),
            location.frame(),
            location.frameLength(),
            location.frameSize(),
            location.at(),
            location.length()
        };
        for (int i = 0; i < FIELDS; i++) {
            table.memory().set(JAVA_INT, at + (long) i * Integer.BYTES, fields[i]);
        }
    }

    @Override
    public void close() {
        table.close();
    }
}
