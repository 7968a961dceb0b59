package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes packs that no snapshot refers to. Others may take snapshots meanwhile, from this process or another, and refer to what they
 * find; so a pack is first condemned, and removed when everybody is done who may not have seen that.
 *
 * <p>Who takes a snapshot puts his lease there, and only then looks which packs are condemned; those he leaves alone. Whoever condemns a
 * pack writes the sentence, and only then which leases it has to outlive. Thus each lease is either among these, or its holder has seen
 * the sentence, or he had finished, and then his manifest is there to be read. Leases are listed before manifests for the same reason.
 * No clock is compared. Only one may collect in a depot at a time.
 */
final class Collector {
    private static final byte[] UNDECIDED = {};
    private static final String NOBODY = "-";

    private final Depot depot;
    private final Predicate<String> takesSnapshot;

    /** For a depot; the predicate tells whether somebody is at work who holds the lease of an id. */
    Collector(Depot depot, Predicate<String> takesSnapshot) {
        this.depot = depot;
        this.takesSnapshot = takesSnapshot;
    }

    /** Returns how many packs are condemned and not yet removed: a reason to come again. */
    int collect() throws IOException {
        round();
        // What was condemned by the first round and waits for nobody is removed by the second.
        return round();
    }

    private int round() throws IOException {
        var leases = leases();
        var needed = neededPacks();
        var condemned = ids(depot.condemned());
        var packs = ids(depot.packs());
        var sentenced = new ArrayList<String>();
        int waiting = 0;
        for (var pack : packs) {
            if (needed.contains(pack)) {
                if (condemned.contains(pack)) {
                    depot.blobs().delete(depot.condemned(pack));
                }
            } else if (!condemned.contains(pack)) {
                depot.blobs().put(depot.condemned(pack), ByteBuffer.wrap(UNDECIDED));
                sentenced.add(pack);
            } else if (!mayGo(pack, leases, sentenced)) {
                waiting++;
            }
        }
        for (var pack : condemned) {
            if (!packs.contains(pack)) {
                depot.blobs().delete(depot.condemned(pack));
            }
        }
        for (var pack : ids(depot.distrusted())) {
            if (!packs.contains(pack)) {
                depot.blobs().delete(depot.distrusted(pack));
            }
        }
        outlive(sentenced, leases());
        return waiting + sentenced.size();
    }

    private boolean mayGo(String pack, Set<String> leases, List<String> sentenced) throws IOException {
        var outlives = read(depot.condemned(pack));
        if (outlives.isEmpty()) {
            sentenced.add(pack); // whoever condemned it died before he wrote that
            return true;
        }
        if (Arrays.stream(outlives.split("\n", -1)).anyMatch(leases::contains)) {
            return false;
        }
        depot.blobs().delete(depot.pack(pack));
        depot.blobs().delete(depot.distrusted(pack));
        depot.blobs().delete(depot.condemned(pack));
        return true;
    }

    private void outlive(List<String> packs, Set<String> leases) throws IOException {
        var text = leases.isEmpty() ? NOBODY : String.join("\n", leases);
        for (var pack : packs) {
            depot.blobs().put(depot.condemned(pack), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Whoever holds one said so before he put it there: what nobody holds is of somebody who died. */
    private Set<String> leases() throws IOException {
        var held = new HashSet<String>();
        for (var id : ids(depot.leases())) {
            if (takesSnapshot.test(id)) {
                held.add(id);
            } else {
                depot.blobs().delete(depot.lease(id));
            }
        }
        return held;
    }

    private Set<String> neededPacks() throws IOException {
        var needed = new HashSet<String>();
        for (var id : ids(depot.manifests())) {
            needed.addAll(packsOf(id));
        }
        return needed;
    }

    /** One that was deleted meanwhile needs none; one that cannot be read stops the collection, for who knows what it needs. */
    private List<String> packsOf(String id) throws IOException {
        try {
            return Manifest.read(depot, id).packs();
        } catch (IOException e) {
            if (depot.blobs().size(depot.manifest(id)).isEmpty()) {
                return List.of();
            }
            throw e;
        }
    }

    private String read(String key) throws IOException {
        var content = ByteBuffer.allocate((int) depot.blobs().size(key).orElse(0));
        depot.blobs().read(key, 0, content);
        return new String(content.array(), StandardCharsets.UTF_8);
    }

    private Set<String> ids(String prefix) throws IOException {
        return depot.blobs().list(prefix).stream().map(Depot::idOf).collect(Collectors.toSet());
    }
}
