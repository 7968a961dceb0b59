package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.blob.FileBlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever works at snapshots dies, again and again: then each snapshot is whole, bit for bit, or gone, and a collection leaves nothing
 * behind.
 */
abstract class CrashSuite {
    static final ArchiveLibrary LIBRARY = ArchiveTest.library();
    private static final int MOST_TAKEN = 12;

    @TempDir
    Path directory;

    final Random random = new Random(Long.getLong("elevo.seed", 20_261_128));
    private final Map<String, Map<String, String>> taken = new HashMap<>();
    Path scratch;
    private Path tree;
    FileBlobStore store;

    @BeforeEach
    void open() throws Exception {
        scratch = Files.createDirectories(directory.resolve("scratch"));
        tree = Samples.many(directory.resolve("tree"), 25, 20_000, 1);
        store = new FileBlobStore(directory.resolve("blobs"));
    }

    /** How often somebody has to die. */
    abstract int crashes();

    /** Does it, or dies of it; tells which. */
    abstract boolean diesOf(Deed deed) throws Exception;

    @Test
    void whoever_dies_loses_nothing_that_was_there_and_leaves_nothing_behind() throws Exception {
        int crashes = 0;
        for (int number = 0; crashes < crashes(); number++) {
            change(number);
            var deed = choose(number);
            var words = deed.kind() == Deed.Kind.TAKE ? Trees.describe(LIBRARY, tree) : Map.<String, String>of();
            crashes += diesOf(deed) ? 1 : 0;
            switch (deed.kind()) {
                case TAKE -> {
                    if (isThere(deed.id())) {
                        taken.put(deed.id(), words);
                    }
                }
                case DELETE -> {
                    if (!isThere(deed.id())) {
                        taken.remove(deed.id());
                    }
                }
                case COLLECT, RESTORE -> assertThat(isThere(deed.id())).isTrue();
            }
            check(number);
        }
    }

    private Deed choose(int number) throws Exception {
        var kind = kind();
        var other = taken.isEmpty() ? null : pick();
        return kind == Deed.Kind.TAKE
                ? new Deed(kind, "s" + number, other, scratch, tree)
                : new Deed(kind, Objects.requireNonNull(other), null, scratch, place("half"));
    }

    /** Of the many, more are deleted than taken: all that are there are looked at again and again. */
    private Deed.Kind kind() {
        if (taken.isEmpty()) {
            return Deed.Kind.TAKE;
        }
        if (taken.size() > MOST_TAKEN) {
            return Deed.Kind.DELETE;
        }
        var kinds = Deed.Kind.values();
        return kinds[Math.min(random.nextInt(kinds.length + 1), kinds.length - 1)];
    }

    private String pick() {
        var ids = new ArrayList<>(taken.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    private void check(int number) throws Exception {
        var depot = new Depot(store, Deed.DEPOT);
        assertThat(ids(depot.manifests())).isEqualTo(taken.keySet());
        if (number % 3 == 0) {
            // The same collection that comes after a crash: nobody is at work.
            new Collector(depot, lease -> false).collect();
            assertThat(new Collector(depot, lease -> false).collect()).isZero();
            assertThat(store.list(depot.leases())).isEmpty();
            assertThat(store.list(depot.condemned())).isEmpty();
            assertThat(ids(depot.packs())).isEqualTo(needed(depot));
        }
        for (var id : number % 10 == 0
                ? List.copyOf(taken.keySet())
                : taken.isEmpty() ? List.<String>of() : List.of(pick())) {
            var to = place("restored");
            new Restorer(LIBRARY, false).restore(depot, id, to, 0);
            assertThat(Trees.describe(LIBRARY, to)).as("snapshot %s", id).isEqualTo(taken.get(id));
        }
    }

    private boolean isThere(String id) {
        try {
            return store.size(new Depot(store, Deed.DEPOT).manifest(id)).isPresent();
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

    private Path place(String name) throws Exception {
        var place = directory.resolve(name);
        if (Files.exists(place)) {
            Samples.shell(directory, "rm -r " + name);
        }
        return Files.createDirectory(place);
    }
}
