package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.snapshot.Archiver.Order;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.FileBlobStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees come back as they were, and what is stored is stored once. */
class ArchiveTest {
    private static final ArchiveLibrary LIBRARY = library();

    @TempDir
    Path directory;

    private Path scratch;
    private Depot depot;

    static ArchiveLibrary library() {
        return new ArchiveLibrary(Path.of(System.getProperty("elevo.helper")).resolveSibling("elevo-agent.so"));
    }

    @BeforeEach
    void open() throws IOException {
        scratch = Files.createDirectories(directory.resolve("scratch"));
        depot = new Depot(new FileBlobStore(directory.resolve("blobs")), "org");
    }

    @Test
    void a_tree_with_everything_comes_back_bit_for_bit() throws Exception {
        var tree = Samples.odd(directory.resolve("tree"));

        take("one", tree, null);
        var restored = restore("one");

        Samples.shell(tree, "rm -r work");
        assertThat(Trees.describe(LIBRARY, restored)).isEqualTo(Trees.describe(LIBRARY, tree));
        assertThat(allocated(restored.resolve("upper/sparse"))).isLessThan(1 << 20);
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void who_waits_for_it_hears_of_it_before_anything_is_tidied_up() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 8_000, 1);
        var heard = new ArrayList<Manifest>();

        var taken = new Archiver(LIBRARY, scratch, Long.MAX_VALUE, bytes -> {})
                .take(depot, order("one", tree, null), (made, _) -> {
                    assertThat(scratch).isNotEmptyDirectory();
                    heard.add(made);
                });

        assertThat(heard).containsExactly(taken);
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void a_large_file_that_is_nearly_empty_costs_nearly_nothing() throws Exception {
        var tree = directory.resolve("tree");
        var file = Files.createDirectories(tree.resolve("upper")).resolve("sparse");
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(10L << 30);
            sparse.seek(5L << 30);
            sparse.write(Samples.random(10_000, 3));
        }

        assertThat(take("one", tree, null).stored()).isLessThan(1 << 20);
        var restored = restore("one").resolve("upper/sparse");

        assertThat(Files.size(restored)).isEqualTo(10L << 30);
        assertThat(allocated(restored)).isLessThan(1 << 20);
        try (var read = new RandomAccessFile(restored.toFile(), "r")) {
            var content = new byte[10_000];
            read.seek(5L << 30);
            read.readFully(content);
            assertThat(content).isEqualTo(Samples.random(10_000, 3));
        }
    }

    @Test
    void equal_content_is_stored_once() throws Exception {
        var tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("upper"));
        for (int i = 0; i < 10; i++) {
            Files.write(tree.resolve("upper/f" + i), Samples.random(2_000_000, 5));
        }

        assertThat(take("one", tree, null).stored()).isBetween(2_000_000L, 2_100_000L);
        assertThat(take("two", tree, null).stored()).isZero();
        assertThat(restoredEquals("two", tree)).isTrue();
    }

    @Test
    void a_second_snapshot_stores_what_changed_and_reads_nothing_else() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 500, 8_000, 1);
        Samples.age(tree);
        take("one", tree, null);
        Files.write(tree.resolve("upper/d7/f7"), Samples.random(100_000, 9));
        Files.delete(tree.resolve("upper/d8/f8"));
        Files.move(tree.resolve("upper/d9/f9"), tree.resolve("upper/d10/moved"));
        // Its content is not looked at: an unreadable chunk of the first snapshot would otherwise be replaced.
        var second = take("two", tree, "one");

        assertThat(second.stored()).isBetween(100_000L, 110_000L);
        assertThat(restoredEquals("two", tree)).isTrue();
    }

    @Test
    void a_change_of_the_same_length_with_its_time_put_back_is_seen() throws Exception {
        var tree = directory.resolve("tree");
        var file = Files.createDirectories(tree.resolve("upper")).resolve("file");
        Files.writeString(file, "old content");
        Samples.setModified(file, Instant.ofEpochSecond(1_000_000));
        Samples.age(tree);
        take("one", tree, null);

        Files.writeString(file, "new content");
        Samples.setModified(file, Instant.ofEpochSecond(1_000_000));
        take("two", tree, "one");

        assertThat(Files.readString(restore("two").resolve("upper/file"))).isEqualTo("new content");
    }

    @Test
    void a_damaged_parent_only_costs_time() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 8_000, 1);
        take("one", tree, null);
        damage(depot.manifest("one"), 40);

        take("two", tree, "one");

        assertThat(restoredEquals("two", tree)).isTrue();
    }

    @Test
    void a_parent_that_is_deleted_while_it_is_looked_at_only_costs_time() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 8_000, 1);
        take("one", tree, null);
        var whole = depot;
        depot = new Depot(new VanishingStore(whole.blobs(), whole.manifest("one")), "org");

        take("two", tree, "one");

        depot = whole;
        assertThat(depot.blobs().size(depot.manifest("one"))).isEmpty();
        assertThat(restoredEquals("two", tree)).isTrue();
    }

    /** In which somebody else deletes a thing as soon as its size is known. */
    private static final class VanishingStore extends WatchedStore {
        private final String vanishing;

        VanishingStore(BlobStore store, String vanishing) {
            super(store);
            this.vanishing = vanishing;
        }

        @Override
        public OptionalLong size(String key) throws IOException {
            var size = super.size(key);
            if (key.equals(vanishing)) {
                delete(key);
            }
            return size;
        }
    }

    @Test
    void the_files_of_the_snapshot_before_are_read_while_it_is_found_out_what_is_stored() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 8_000, 1);
        Samples.age(tree);
        take("one", tree, null);
        var whole = depot;
        var beside = new CountDownLatch(1);
        var taker = Thread.currentThread();
        depot = new Depot(
                new WatchedStore(whole.blobs()) {
                    @Override
                    public void read(String key, long offset, ByteBuffer into) throws IOException {
                        super.read(key, offset, into);
                        if (key.equals(whole.manifest("one"))
                                && !Thread.currentThread().equals(taker)) {
                            beside.countDown();
                        }
                    }

                    @Override
                    public List<Blob> list(String prefix) throws IOException {
                        try {
                            assertThat(beside.await(60, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return super.list(prefix);
                    }
                },
                "org");

        assertThat(take("two", tree, "one").stored()).isZero();

        depot = whole;
        assertThat(restoredEquals("two", tree)).isTrue();
    }

    /** What becomes of calls is for those who know more. */
    private static class WatchedStore implements BlobStore {
        private final BlobStore store;

        WatchedStore(BlobStore store) {
            this.store = store;
        }

        @Override
        public OptionalLong size(String key) throws IOException {
            return store.size(key);
        }

        @Override
        public void put(String key, ByteBuffer content) throws IOException {
            store.put(key, content);
        }

        @Override
        public void put(String key, Path file) throws IOException {
            store.put(key, file);
        }

        @Override
        public void read(String key, long offset, ByteBuffer into) throws IOException {
            store.read(key, offset, into);
        }

        @Override
        public void delete(String key) throws IOException {
            store.delete(key);
        }

        @Override
        public List<Blob> list(String prefix) throws IOException {
            return store.list(prefix);
        }
    }

    /** A pack whose end is damaged may be so elsewhere too. */
    @Test
    void what_is_in_a_pack_without_an_index_is_stored_again_even_where_the_parent_knows_it() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 8_000, 1);
        Samples.age(tree);
        take("one", tree, null);
        var pack = depot.blobs().list(depot.packs()).getFirst();
        damage(pack.key(), (int) pack.size() - 1);

        take("two", tree, "one");

        assertThat(Manifest.read(depot, "two").packs()).isNotEmpty().doesNotContain(Depot.idOf(pack));
        assertThat(restoredEquals("two", tree)).isTrue();
    }

    @Test
    void a_damaged_chunk_is_named() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 200, 20_000, 1);
        take("one", tree, null);
        var pack = depot.blobs().list(depot.packs()).getFirst();
        damage(pack.key(), 1_000_000);

        assertThatThrownBy(() -> restore("one"))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(Depot.idOf(pack))
                .hasMessageContaining("damaged");
    }

    @Test
    void a_missing_pack_is_named_before_anything_is_made() throws Exception {
        take("one", Samples.many(directory.resolve("tree"), 20, 8_000, 1), null);
        take("two", Samples.many(directory.resolve("other"), 20, 8_000, 2), null);
        var packs = Manifest.read(depot, "one").packs();
        assertThat(packs).hasSize(1);
        depot.blobs().delete(depot.pack(packs.getFirst()));

        assertNothingIsMade("one", packs.getFirst(), "missing");

        // What it has nothing to do with is no matter of the other's.
        assertThat(restoredEquals("two", directory.resolve("other"))).isTrue();
    }

    @Test
    void a_pack_that_has_lost_its_end_is_named_before_anything_is_made() throws Exception {
        take("one", Samples.many(directory.resolve("tree"), 200, 8_000, 1), null);
        var pack = depot.blobs().list(depot.packs()).getFirst();
        var half = ByteBuffer.allocate((int) pack.size() / 2);
        depot.blobs().read(pack.key(), 0, half);
        depot.blobs().put(pack.key(), half.flip());

        assertNothingIsMade("one", Depot.idOf(pack), "chunk");
    }

    private void assertNothingIsMade(String id, String... named) throws IOException {
        var to = Files.createTempDirectory(directory, "restored");
        assertThatThrownBy(() -> new Restorer(LIBRARY, false).restore(depot, id, to, 0))
                .isInstanceOf(DamagedException.class)
                .hasMessageContainingAll(named);
        assertThat(to).isEmptyDirectory();
    }

    @Test
    void a_list_of_files_that_is_damaged_anywhere_is_refused() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 20, 800, 1);
        take("one", tree, null);
        var key = depot.manifest("one");
        var size = (int) depot.blobs().size(key).orElseThrow();
        var whole = ByteBuffer.allocate(size);
        depot.blobs().read(key, 0, whole);
        for (int at = 0; at < size; at += Math.max(1, size / 60)) {
            var broken = whole.array().clone();
            broken[at] ^= 0x10;
            depot.blobs().put(key, ByteBuffer.wrap(broken));
            var to = Files.createTempDirectory(directory, "restored");
            assertThatThrownBy(() -> new Restorer(LIBRARY, false).restore(depot, "one", to, 0))
                    .as("byte %d of %d", at, size)
                    .isInstanceOf(IOException.class);
            assertThat(to).isEmptyDirectory();
        }
        for (var length : new int[] {0, 5, size / 2, size - 1}) {
            depot.blobs().put(key, ByteBuffer.wrap(whole.array(), 0, length));
            assertThatThrownBy(() -> restore("one")).as("%d bytes", length).isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_is_too_much_is_refused() throws Exception {
        var tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("upper"));
        Files.write(tree.resolve("upper/file"), Samples.random(3 << 20, 1));

        var archiver = new Archiver(LIBRARY, scratch, 2 << 20, bytes -> {});

        assertThatThrownBy(() -> archiver.take(depot, order("one", tree, null), (_, _) -> {}))
                .isInstanceOf(TooLargeException.class);
        assertThat(depot.blobs().list(depot.manifests())).isEmpty();
    }

    @Test
    void a_host_that_has_no_room_for_a_pack_is_given_none() throws Exception {
        var tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("upper"));
        Files.write(tree.resolve("upper/file"), Samples.random(30 << 20, 1));
        var left = new AtomicLong(20 << 20);
        var archiver = new Archiver(LIBRARY, scratch, Long.MAX_VALUE, bytes -> {
            if (left.addAndGet(-bytes) < 0) {
                throw Archives.noRoom(null);
            }
        });

        assertThatThrownBy(() -> archiver.take(depot, order("one", tree, null), (_, _) -> {}))
                .isInstanceOfSatisfying(
                        IOException.class, e -> assertThat(Archives.isFull(e)).isTrue());

        assertThat(depot.blobs().list(depot.packs())).hasSize(1);
        assertThat(depot.blobs().list(depot.manifests())).isEmpty();
        assertThat(depot.blobs().list(depot.leases())).isEmpty();
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    @Tag("slow")
    void a_tree_that_is_too_deep_is_refused() throws Exception {
        var tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("upper"));
        Samples.shell(tree.resolve("upper"), "i=0; while [ $i -lt 1100 ]; do mkdir d && cd d; i=$((i+1)); done");

        assertThatThrownBy(() -> take("one", tree, null))
                .isInstanceOfSatisfying(
                        SystemException.class, e -> assertThat(e.isTooDeep()).isTrue());
        Samples.shell(tree, "rm -r upper");
    }

    private Manifest take(String id, Path tree, @Nullable String parent) throws IOException {
        return new Archiver(LIBRARY, scratch, 100L << 30, bytes -> {})
                .take(depot, order(id, tree, parent), (_, _) -> {});
    }

    private static Order order(String id, Path tree, @Nullable String parent) {
        return new Order(id, () -> new Archives.Tree(tree, 0, false), Samples.LAYERS, Instant.now(), parent);
    }

    private Path restore(String id) throws IOException {
        var to = Files.createTempDirectory(directory, "restored");
        new Restorer(LIBRARY, false).restore(depot, id, to, 0);
        return to;
    }

    private boolean restoredEquals(String id, Path tree) throws IOException {
        assertThat(Trees.describe(LIBRARY, restore(id))).isEqualTo(Trees.describe(LIBRARY, tree));
        return true;
    }

    private void damage(String key, int at) throws IOException {
        BlobStore blobs = depot.blobs();
        var content = ByteBuffer.allocate((int) blobs.size(key).orElseThrow());
        blobs.read(key, 0, content);
        content.array()[at] ^= 1;
        blobs.put(key, content.flip());
    }

    private static long allocated(Path file) throws IOException, InterruptedException {
        var process = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        var blocks = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        process.waitFor();
        return 512 * Long.parseLong(blocks);
    }
}
