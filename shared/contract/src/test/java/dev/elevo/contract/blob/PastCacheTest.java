package dev.elevo.contract.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PastCacheTest {
    private static final int LARGE = (1 << 20) + 5;

    @TempDir
    private Path directory;

    private Path file;
    private PastCache pastCache;
    private int block;

    @BeforeEach
    void open() throws IOException {
        pastCache = PastCache.in(directory);
        block = (int) Files.getFileStore(directory).getBlockSize();
        file = Files.createFile(directory.resolve("file"));
    }

    private ByteBuffer aligned() {
        return ByteBuffer.allocateDirect(LARGE + 2 * block).alignedSlice(block);
    }

    @Test
    void of_what_lies_in_whole_blocks_only_the_end_is_left() throws IOException {
        var rest = pastCache.write(file, aligned().limit(LARGE));

        assumeTrue(rest.remaining() < LARGE, "the file system of " + directory + " offers no way past the cache");
        assertThat(rest.remaining()).isEqualTo(LARGE % block);
        assertThat(file).hasSize(LARGE - LARGE % block);
    }

    @Test
    void what_is_small_or_lies_elsewhere_is_left_as_it_is() throws IOException {
        assertThat(pastCache.write(file, ByteBuffer.allocate(LARGE)).remaining())
                .isEqualTo(LARGE);
        assertThat(pastCache.write(file, aligned().position(1).limit(LARGE)).remaining())
                .isEqualTo(LARGE - 1);
        assertThat(pastCache.write(file, aligned().limit(block)).remaining()).isEqualTo(block);
        assertThat(file).isEmptyFile();
    }

    @Test
    void nothing_is_left_of_the_trial() {
        assertThat(directory).isDirectoryContaining(one -> one.equals(file));
        assertThat(directory.toFile().list()).hasSize(1);
    }
}
