package dev.elevo.agent.snapshot;

import static dev.elevo.contract.testing.Hosts.assume;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept is found, and a disk without room is told in time. */
class OffHeapTableTest {
    @TempDir
    private Path directory;

    @Test
    void all_are_found_however_many_there_come_to_be() throws IOException {
        try (var table = new OffHeapTable(directory, Long.BYTES, Long.BYTES, 0)) {
            for (long i = 0; i < 400_000; i++) {
                var place = table.claim(key(i));
                table.memory().set(JAVA_LONG, place, table.memory().get(JAVA_LONG, place) + i);
            }

            assertThat(LongStream.range(0, 400_000).filter(i -> table.memory().get(JAVA_LONG, table.find(key(i))) != i))
                    .isEmpty();
            assertThat(table.find(key(400_000))).isEqualTo(OffHeapTable.NONE);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_few_need_no_disk() throws IOException {
        try (var table = new OffHeapTable(directory.resolve("nowhere"), Long.BYTES, Long.BYTES, 20_000)) {
            table.memory().set(JAVA_LONG, table.claim(key(7)), 8);

            assertThat(table.memory().get(JAVA_LONG, table.find(key(7)))).isEqualTo(8);
        }
    }

    @Test
    void a_disk_that_has_no_room_for_many_says_so_before_one_is_kept() throws Exception {
        assume(
                "root".equals(System.getProperty("user.name"))
                        && Files.readString(Path.of("/proc/self/uid_map"))
                                .strip()
                                .startsWith("0          0"),
                "a disk is mounted by root on the host");
        Samples.shell(directory, "mkdir disk && mount -t tmpfs -o size=4m none disk");
        var disk = directory.resolve("disk");
        try {
            assertThatThrownBy(() -> new OffHeapTable(disk, Long.BYTES, Long.BYTES, 1 << 20))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(Archives.isFull(e)).isTrue());
            assertThat(disk).isEmptyDirectory();
        } finally {
            Samples.shell(directory, "umount -l disk");
        }
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
