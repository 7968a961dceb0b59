package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.snapshot.Archiver.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever works at snapshots dies at any call of the store: then each snapshot is whole, bit for bit, or gone, and a collection leaves
 * nothing behind. {@code -Delevo.crashes=500} tries more.
 */
class CrashTest {
    private static final ArchiveLibrary LIBRARY = ArchiveTest.library();
    private static final int CRASHES = Integer.getInteger("elevo.crashes", 60);

    @TempDir
    Path directory;

    private final Random random = new Random(Long.getLong("elevo.seed", 20_261_128));
    private final Map<String, Map<String, String>> taken = new HashMap<>();
    private Path scratch;
    private Path tree;
    private FileBlobStore store;
    private int crashes;

    @BeforeEach
    void open() throws Exception {
        scratch = Files.createDirectories(directory.resolve("scratch"));
        tree = Samples.many(directory.resolve("tree"), 25, 20_000, 1);
        store = new FileBlobStore(directory.resolve("blobs"));
    }

    @Test
    void whoever_dies_loses_nothing_that_was_there_and_leaves_nothing_behind() throws Exception {
        for (int number = 0; crashes < CRASHES; number++) {
            change(number);
            var id = "s" + number;
            var calls = 1 + random.nextInt(24);
            var dying = new DyingStore(store, calls, random);
            switch (taken.isEmpty() ? 3 : random.nextInt(5)) {
                case 0 -> attempt(dying, depot -> delete(depot, pick()));
                case 1 -> attempt(dying, depot -> new Collector(depot, lease -> false).collect());
                case 2 -> attempt(dying, depot -> new Restorer(LIBRARY).restore(depot, pick(), place("half"), 0));
                default -> {
                    var words = Trees.describe(LIBRARY, tree);
                    var parent = taken.isEmpty() ? null : pick();
                    attempt(dying, depot -> {
                        archiver().take(depot, new Order(id, tree, Samples.LAYERS, 0, Instant.now(), parent));
                    });
                    if (isThere(id)) {
                        taken.put(id, words);
                    }
                }
            }
            check(number);
        }
    }

    private interface Deed {
        void in(Depot depot) throws Exception;
    }

    private void attempt(DyingStore dying, Deed deed) throws Exception {
        try {
            deed.in(new Depot(dying, "org"));
        } catch (IOException e) {
            assertThat(dying.isDead()).as("only the dead may fail: %s", e).isTrue();
            crashes++;
        }
    }

    private String pick() {
        var ids = new ArrayList<>(taken.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    private void delete(Depot depot, String id) throws IOException {
        depot.blobs().delete(depot.manifest(id));
    }

    private void check(int number) throws Exception {
        var depot = new Depot(store, "org");
        taken.keySet().removeIf(id -> !isThere(id));
        if (number % 3 == 0) {
            // The same collection that comes after a crash: nobody is at work.
            new Collector(depot, lease -> false).collect();
            assertThat(new Collector(depot, lease -> false).collect()).isZero();
            assertThat(store.list(depot.leases())).isEmpty();
            assertThat(store.list(depot.condemned())).isEmpty();
            assertThat(ids(depot.packs())).isEqualTo(needed(depot));
            assertThat(ids(depot.manifests())).isEqualTo(taken.keySet());
        }
        for (var id : number % 10 == 0
                ? List.copyOf(taken.keySet())
                : taken.isEmpty() ? List.<String>of() : List.of(pick())) {
            var to = place("restored");
            new Restorer(LIBRARY).restore(depot, id, to, 0);
            assertThat(Trees.describe(LIBRARY, to)).as("snapshot %s", id).isEqualTo(taken.get(id));
        }
        assertThat(scratch).isEmptyDirectory();
    }

    private boolean isThere(String id) {
        try {
            return store.size(new Depot(store, "org").manifest(id)).isPresent();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<String> needed(Depot depot) throws IOException {
        var needed = new HashSet<String>();
        for (var id : taken.keySet()) {
            needed.addAll(Manifest.read(depot, id).packs());
        }
        return needed;
    }

    private Set<String> ids(String prefix) throws IOException {
        var ids = new HashSet<String>();
        store.list(prefix).forEach(blob -> ids.add(Depot.idOf(blob)));
        return ids;
    }

    /** Some files change, come and go. */
    private void change(int number) throws IOException {
        for (int i = 0; i < 5; i++) {
            var file = tree.resolve("upper/d" + random.nextInt(25) + "/f" + random.nextInt(25));
            if (random.nextInt(3) == 0) {
                Files.deleteIfExists(file);
            } else {
                Files.createDirectories(file.getParent());
                Files.write(file, Samples.random(random.nextInt(60_000), number * 10L + i));
            }
        }
    }

    private Archiver archiver() {
        return new Archiver(LIBRARY, scratch, Long.MAX_VALUE);
    }

    private Path place(String name) throws Exception {
        var place = directory.resolve(name);
        if (Files.exists(place)) {
            Samples.shell(directory, "rm -r " + name);
        }
        return Files.createDirectory(place);
    }
}
