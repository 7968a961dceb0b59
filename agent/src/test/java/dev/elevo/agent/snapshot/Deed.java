package dev.elevo.agent.snapshot;

import dev.elevo.agent.snapshot.Archiver.Order;
import dev.elevo.contract.blob.FileBlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be done about snapshots.
 *
 * @param parent for the next one that is taken
 * @param tree to be taken, or the place for one
 */
record Deed(Kind kind, String id, @Nullable String parent, Path scratch, Path tree) {
    static final String DEPOT = "org";

    enum Kind {
        DELETE,
        COLLECT,
        RESTORE,
        TAKE
    }

    void in(Depot depot, ArchiveLibrary library) throws IOException {
        switch (kind) {
            case DELETE -> depot.blobs().delete(depot.manifest(id));
            case COLLECT -> new Collector(depot, lease -> false).collect();
            case RESTORE -> new Restorer(library, false).restore(depot, id, tree, 0);
            case TAKE ->
                new Archiver(library, scratch, Long.MAX_VALUE, bytes -> {})
                        .take(
                                depot,
                                new Order(
                                        id,
                                        () -> new Archives.Tree(tree, 0, false),
                                        Samples.LAYERS,
                                        Instant.now(),
                                        parent),
                                (_, _) -> {});
        }
    }

    List<String> words() {
        return List.of(kind.name(), id, parent == null ? "" : parent, scratch.toString(), tree.toString());
    }

    private static Deed of(String[] words) {
        var parent = words[2].isEmpty() ? null : words[2];
        return new Deed(Kind.valueOf(words[0]), words[1], parent, Path.of(words[3]), Path.of(words[4]));
    }

    /** In a process of its own: the words of one, and where the blobs are. It says when it begins. */
    static void main(String[] words) throws IOException {
        var library = ArchiveTest.library();
        var depot = new Depot(new FileBlobStore(Path.of(words[5])), DEPOT);
        var deed = of(words);
        IO.println("begins");
        deed.in(depot, library);
    }
}
