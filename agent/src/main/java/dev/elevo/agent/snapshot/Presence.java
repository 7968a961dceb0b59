package dev.elevo.agent.snapshot;

import dev.elevo.agent.snapshot.ManifestReader.Chunk;
import dev.elevo.contract.blob.BlobStore;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether all is there that a snapshot consists of, asked before anything is made of it: its list of files, as it was written, and of
 * each pack so much that it can hold the chunks which are looked for in it. Whether those are what they were is seen when they are read.
 */
final class Presence {
    private final String id;
    private final Manifest manifest;
    /** Of each pack, in the order of the manifest. */
    private final @Nullable Chunk[] last;

    private Presence(String id, Manifest manifest) {
        this.id = id;
        this.manifest = manifest;
        this.last = new Chunk[manifest.packs().size()];
    }

    /** @throws DamagedException names what is missing */
    static void check(ArchiveLibrary library, Depot depot, String id, Manifest manifest) throws IOException {
        var presence = new Presence(id, manifest);
        try (var reader = new ManifestReader(library, depot, id, manifest)) {
            for (var item = reader.next(); item != null; item = reader.next()) {
                if (item instanceof Chunk chunk) {
                    presence.note(chunk);
                }
            }
        }
        presence.compare(depot.blobs().list(depot.packs()).stream()
                .collect(Collectors.toMap(Depot::idOf, BlobStore.Blob::size)));
    }

    private void note(Chunk chunk) throws DamagedException {
        var pack = chunk.location().pack();
        if (pack >= last.length) {
            throw new DamagedException(id, "its list of files names a pack that it has not");
        }
        var before = last[pack];
        if (before == null || end(before) < end(chunk)) {
            last[pack] = chunk;
        }
    }

    private static long end(Chunk chunk) {
        return (long) chunk.location().frame() + chunk.location().frameLength();
    }

    private void compare(Map<String, Long> sizes) throws DamagedException {
        for (int i = 0; i < last.length; i++) {
            var chunk = last[i];
            var pack = manifest.packs().get(i);
            var size = sizes.get(pack);
            if (chunk != null && (size == null || size < end(chunk))) {
                throw new DamagedException(
                        id,
                        "pack " + pack + " is missing" + (size == null ? "" : " from " + size + " on")
                                + ", and with it chunk " + HexFormat.of().formatHex(chunk.hash()));
            }
        }
    }
}
