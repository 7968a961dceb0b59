package dev.elevo.functions.runs;

import dev.elevo.contract.InstantSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a run has made, or somebody put there.
 *
 * @param version counts those of the name; 0 while it has none yet
 * @param blob the key of its content
 */
record Artifact(
        String id,
        String organizationId,
        String name,
        String type,
        int version,
        int size,
        String sha256,
        String blob,
        @Nullable String runId,
        Map<String, String> labels,
        Map<String, String> metadata,
        String createdBy,
        Instant createdAt) {
    static final String KIND = "ART";
    static final List<String> ORDERS = List.of("createdAt", "name", "size");

    Artifact {
        labels = Map.copyOf(labels);
        metadata = Map.copyOf(metadata);
    }

    Artifact asVersion(int number) {
        return new Artifact(
                id,
                organizationId,
                name,
                type,
                number,
                size,
                sha256,
                blob,
                runId,
                labels,
                metadata,
                createdBy,
                createdAt);
    }

    Listing listing() {
        return new Listing(
                KIND,
                organizationId,
                id,
                List.of(InstantSerde.format(createdAt), name, String.format(Locale.ROOT, "%010d", size)),
                "",
                name,
                shelves(),
                size);
    }

    private List<Shelf> shelves() {
        var shelves = new ArrayList<Shelf>();
        shelves.add(ofName(name));
        shelves.add(ofType(type));
        if (runId != null) {
            shelves.add(ofRun(runId));
        }
        labels.forEach((key, value) -> shelves.add(Shelf.ofLabel(key, value)));
        return shelves;
    }

    static Shelf ofName(String name) {
        return Shelf.counted("name", name);
    }

    static Shelf ofType(String type) {
        return Shelf.counted("type", type);
    }

    static Shelf ofRun(String runId) {
        return Shelf.counted("run", runId);
    }
}
