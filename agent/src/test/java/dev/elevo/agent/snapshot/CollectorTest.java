package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.snapshot.Archiver.Order;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.FileBlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody needs goes, what anybody may still need stays. */
class CollectorTest {
    private static final ArchiveLibrary LIBRARY = ArchiveTest.library();

    @TempDir
    Path directory;

    private final Set<String> atWork = ConcurrentHashMap.newKeySet();
    private FileBlobStore store;
    private Depot depot;

    @BeforeEach
    void open() throws IOException {
        store = new FileBlobStore(directory.resolve("blobs"));
        depot = new Depot(store, "org");
    }

    @Test
    void the_packs_of_a_deleted_snapshot_go_and_those_of_others_stay() throws Exception {
        var one = Samples.many(directory.resolve("one"), 50, 10_000, 1);
        var two = Samples.many(directory.resolve("two"), 50, 10_000, 2);
        take(depot, "one", one);
        take(depot, "two", two);
        depot.blobs().delete(depot.manifest("one"));

        assertThat(collect()).isZero();

        assertThat(packs())
                .containsExactlyInAnyOrderElementsOf(Manifest.read(depot, "two").packs());
        assertThat(restore("two")).isEqualTo(Trees.describe(LIBRARY, two));
    }

    @Test
    void nobody_keeps_what_only_others_needed() throws Exception {
        take(depot, "one", Samples.many(directory.resolve("one"), 50, 10_000, 1));
        var ofOne = packs();
        var two = Samples.many(directory.resolve("two"), 50, 10_000, 2);
        take(depot, "two", two);

        depot.blobs().delete(depot.manifest("one"));

        assertThat(collect()).isZero();
        assertThat(packs()).isNotEmpty().doesNotContainAnyElementsOf(ofOne);
        assertThat(restore("two")).isEqualTo(Trees.describe(LIBRARY, two));
    }

    @Test
    void what_somebody_at_work_may_have_found_outlives_him() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 10_000, 1);
        take(depot, "one", tree);
        var pack = packs().iterator().next();
        atWork.add("two");
        try (var lease = Lease.take(depot, "two")) {
            depot.blobs().delete(depot.manifest("one"));
            assertThat(collect()).isPositive();
            assertThat(packs()).contains(pack);
            lease.release();
        }

        assertThat(collect()).isZero();

        assertThat(packs()).isEmpty();
    }

    @Test
    void whoever_begins_after_the_sentence_does_not_use_what_is_condemned() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 50, 10_000, 1);
        take(depot, "one", tree);
        var old = packs();
        atWork.add("earlier");
        try (var earlier = Lease.take(depot, "earlier")) {
            depot.blobs().delete(depot.manifest("one"));
            collect();
            take(depot, "two", tree);
            earlier.release();
        }

        collect();

        assertThat(packs()).doesNotContainAnyElementsOf(old);
        assertThat(restore("two")).isEqualTo(Trees.describe(LIBRARY, tree));
    }

    @Test
    void the_lease_of_the_dead_holds_nobody_up() throws Exception {
        take(depot, "one", Samples.many(directory.resolve("tree"), 20, 10_000, 1));
        depot.blobs().put(depot.lease("dead"), ByteBuffer.allocate(0));
        depot.blobs().delete(depot.manifest("one"));

        assertThat(collect()).isZero();

        assertThat(store.list("")).isEmpty();
    }

    @Test
    void a_pack_in_which_something_is_damaged_is_used_by_nobody_new_and_goes_with_its_mark() throws Exception {
        var tree = Samples.many(directory.resolve("tree"), 200, 20_000, 1);
        take(depot, "one", tree);
        var damaged = packs().getFirst();
        var content = ByteBuffer.allocate((int) store.size(depot.pack(damaged)).orElseThrow());
        store.read(depot.pack(damaged), 0, content);
        content.array()[1_000_000] ^= 1;
        store.put(depot.pack(damaged), content.flip());
        assertThatThrownBy(() -> restore("one")).isInstanceOf(DamagedException.class);

        take(depot, "two", tree, "one");

        assertThat(restore("two")).isEqualTo(Trees.describe(LIBRARY, tree));
        assertThat(collect()).isZero();
        assertThat(packs()).contains(damaged);
        assertThat(store.list(depot.distrusted())).hasSize(1);
        store.delete(depot.manifest("one"));
        assertThat(collect()).isZero();
        assertThat(packs()).isNotEmpty().doesNotContain(damaged);
        assertThat(store.list(depot.distrusted())).isEmpty();
        assertThat(restore("two")).isEqualTo(Trees.describe(LIBRARY, tree));
    }

    /** Snapshots come and go while one collects all the time, and every call of the store takes as long as it likes. */
    @Test
    @Tag("slow")
    void a_race_is_lost_by_nobody() throws Exception {
        var slow = new Depot(new ErraticStore(store), "org");
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var collecting = threads.submit(() -> {
                while (!over.get()) {
                    new Collector(slow, atWork::contains).collect();
                }
                return null;
            });
            var workers = threads.invokeAll(List.of(work(slow, "a", 1), work(slow, "b", 2), work(slow, "c", 1)));
            for (var worker : workers) {
                worker.get();
            }
            over.set(true);
            collecting.get();
        }

        collect();
        assertThat(store.list("")).isEmpty();
    }

    private Callable<Void> work(Depot shared, String name, long seed) {
        return () -> {
            // Trees that have much in common, so that each finds what another is about to give up.
            var tree = Samples.many(directory.resolve("tree-" + name), 12, 30_000, seed);
            String parent = null;
            for (int i = 0; i < 15; i++) {
                var id = name + i;
                var former = parent;
                atWork.add(id);
                // The one before goes while it is of use.
                var deleting = new FutureTask<>(() -> {
                    if (former != null) {
                        shared.blobs().delete(shared.manifest(former));
                    }
                    return null;
                });
                Thread.startVirtualThread(deleting);
                take(shared, id, tree, former);
                deleting.get();
                atWork.remove(id);
                assertThat(restore(id)).isEqualTo(Trees.describe(LIBRARY, tree));
                parent = id;
            }
            shared.blobs().delete(shared.manifest(Objects.requireNonNull(parent)));
            return null;
        };
    }

    private int collect() throws IOException {
        return new Collector(depot, atWork::contains).collect();
    }

    private List<String> packs() throws IOException {
        return store.list(depot.packs()).stream().map(Depot::idOf).toList();
    }

    private void take(Depot to, String id, Path tree) throws IOException {
        take(to, id, tree, null);
    }

    private void take(Depot to, String id, Path tree, @Nullable String parent) throws IOException {
        var scratch = Files.createTempDirectory(directory, "scratch");
        new Archiver(LIBRARY, scratch, Long.MAX_VALUE, bytes -> {})
                .take(
                        to,
                        new Order(id, () -> new Archives.Tree(tree, 0, false), Samples.LAYERS, Instant.now(), parent),
                        (_, _) -> {});
    }

    private Map<String, String> restore(String id) throws IOException {
        var place = Files.createTempDirectory(directory, "restored");
        new Restorer(LIBRARY, false).restore(depot, id, place, 0);
        return Trees.describe(LIBRARY, place);
    }

    /** Gives others their turn before and after anything that it does. */
    private record ErraticStore(BlobStore store) implements BlobStore {
        private static void dawdle() {
            try {
                Thread.sleep(0, new Random().nextInt(2_000_000) % 999_999);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void put(String key, ByteBuffer content) throws IOException {
            dawdle();
            store.put(key, content);
            dawdle();
        }

        @Override
        public void put(String key, Path file) throws IOException {
            dawdle();
            store.put(key, file);
            dawdle();
        }

        @Override
        public void read(String key, long offset, ByteBuffer into) throws IOException {
            dawdle();
            store.read(key, offset, into);
        }

        @Override
        public OptionalLong size(String key) throws IOException {
            dawdle();
            return store.size(key);
        }

        @Override
        public void delete(String key) throws IOException {
            dawdle();
            store.delete(key);
        }

        @Override
        public List<Blob> list(String prefix) throws IOException {
            var found = store.list(prefix);
            dawdle();
            return found;
        }
    }
}
