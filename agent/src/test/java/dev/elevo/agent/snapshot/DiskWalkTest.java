package dev.elevo.agent.snapshot;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of a disk tell what its kernel does. */
class DiskWalkTest {
    /** As much as a walk that asks the kernel for everything never reads. */
    private static final long SOME_OF_A_TABLE = 1 << 12;

    private final ArchiveLibrary library = ArchiveTest.library();

    @TempDir
    Path folder;

    @BeforeEach
    void wantsRoot() {
        assume("root".equals(System.getProperty("user.name")), "only root mounts a disk");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        Samples.shell(folder, "! mountpoint -q disk || umount disk");
    }

    @Test
    void tables_tell_of_each_file_what_the_kernel_does() throws IOException, InterruptedException {
        var disk = diskOf("-b 4096 -O ^has_journal,^resize_inode,sparse_super2 -E packed_meta_blocks=1", Samples::odd);

        var told = entries(disk, true);

        assertThat(told).isEqualTo(entries(disk, false)).hasSizeGreaterThan(600);
        assertThat(readBy(disk, true)).isGreaterThan(SOME_OF_A_TABLE);
        assertThat(readBy(disk, false)).isLessThan(SOME_OF_A_TABLE);
    }

    @Test
    void tables_of_a_small_old_disk_are_read_too() throws IOException, InterruptedException {
        var disk = diskOf("-b 1024 -O ^64bit,^flex_bg,^metadata_csum -I 256", FEW);

        assertThat(entries(disk, true)).isEqualTo(entries(disk, false));
        assertThat(readBy(disk, true)).isGreaterThan(SOME_OF_A_TABLE);
    }

    @Test
    void the_kernel_is_asked_where_tables_say_too_little_or_lie_elsewhere() throws IOException, InterruptedException {
        for (var options : new String[] {"-I 128", "-O inline_data", "-O meta_bg,^resize_inode"}) {
            var disk = diskOf(options, FEW);

            assertThat(entries(disk, true)).as(options).isEqualTo(entries(disk, false));
            assertThat(readBy(disk, true)).as(options).isLessThan(SOME_OF_A_TABLE);
            unmount();
        }
    }

    private interface Filling {
        Path fill(Path disk) throws IOException, InterruptedException;
    }

    private static final Filling FEW = disk -> {
        Files.createDirectories(disk.resolve("upper"));
        return Files.writeString(disk.resolve("upper/short"), "beside its inode, where it can be");
    };

    private Path diskOf(String options, Filling filling) throws IOException, InterruptedException {
        var disk = Files.createDirectories(folder.resolve("disk"));
        Samples.shell(folder, """
                rm -f image && truncate -s 300M image && mkfs.ext4 -q -F %s image 2>mkfs.log && mount -o loop image disk
                """.formatted(options));
        filling.fill(disk);
        Samples.many(disk, 600, 100, 3);
        Samples.shell(disk.resolve("upper"), """
                touch -d '2120-02-03 04:05:06.987654321 UTC' d0/f0
                touch -d '1903-02-03 04:05:06.000000001 UTC' d0/f100 || true
                chown 100000:4294967294 d1/f1 && chmod 6711 d1/f1
                rm d2/f2 && ln d3/f3 d2/again
                truncate -s 6G d4/f4
                """);
        // Who began meanwhile may have the image mounted still, where nobody sees it, and then its journal is not
        // empty: frozen, it is.
        Samples.shell(folder, """
                fsfreeze -f disk && cp --sparse=always image still.new && fsfreeze -u disk
                umount disk && mv still.new still && mount -o loop,ro still disk
                """);
        return disk;
    }

    private Map<String, String> entries(Path disk, boolean isStill) throws IOException {
        var entries = new TreeMap<String, String>();
        var path = new TreePath();
        try (var walk = new TreeWalk(library, disk, isStill)) {
            for (var entry = walk.next(); entry.event() != Entry.END; entry = walk.next()) {
                if (entry.event() == Entry.LEAVE) {
                    path.leave();
                    continue;
                }
                entries.put(
                        Bytes.text(path.resolve(entry.name())), HexFormat.of().formatHex(entry.bytes()));
                if (entry.event() == Entry.ENTER) {
                    path.enter(entry.name());
                }
            }
        }
        return entries;
    }

    /** By this thread, in bytes. The first time the JVM reads, too, what it needs for it. */
    private long readBy(Path disk, boolean isStill) throws IOException {
        readOnceBy(disk, isStill);
        return readOnceBy(disk, isStill);
    }

    private long readOnceBy(Path disk, boolean isStill) throws IOException {
        var before = readByUs();
        entries(disk, isStill);
        return readByUs() - before;
    }

    private static long readByUs() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/io")).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .findFirst()
                .orElseThrow();
    }
}
