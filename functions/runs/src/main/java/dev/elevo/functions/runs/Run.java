package dev.elevo.functions.runs;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.run.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as its client has reported it.
 *
 * @param params as JSON
 * @param summary as JSON
 */
record Run(
        String id,
        String organizationId,
        String name,
        String project,
        RunStatus status,
        @Nullable String sandboxId,
        String params,
        @Nullable String summary,
        Map<String, String> labels,
        String createdBy,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static final String KIND = "RUN";
    static final List<String> ORDERS = List.of("createdAt", "name", "status");

    Run {
        labels = Map.copyOf(labels);
    }

    Run finished(RunStatus outcome, @Nullable String found, Instant now) {
        return new Run(
                id,
                organizationId,
                name,
                project,
                outcome,
                sandboxId,
                params,
                found,
                labels,
                createdBy,
                createdAt,
                now);
    }

    Listing listing() {
        return new Listing(
                KIND,
                organizationId,
                id,
                List.of(InstantSerde.format(createdAt), name, status.label()),
                status.label(),
                name,
                shelves(),
                0);
    }

    private List<Shelf> shelves() {
        var shelves = new ArrayList<Shelf>();
        shelves.add(ofProject(project));
        if (sandboxId != null) {
            shelves.add(ofSandbox(sandboxId));
        }
        labels.forEach((key, value) -> shelves.add(Shelf.ofLabel(key, value)));
        return shelves;
    }

    static Shelf ofProject(String project) {
        return Shelf.counted("project", project);
    }

    static Shelf ofSandbox(String sandboxId) {
        return Shelf.counted("sandbox", sandboxId);
    }
}
