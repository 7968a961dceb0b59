package dev.elevo.localstack.microvm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One MicroVM of the stand-in. What the service tells of it is some time behind what it is. */
final class Machine {
    private static final Duration BEHIND = Duration.ofMillis(300);

    final String id;
    final String imageArn;
    final String imageVersion;
    final int memory;
    volatile Instant startedAt = Instant.now();
    private final List<Change> changes = new ArrayList<>();
    private @Nullable Guest guest;
    private final Endpoint endpoint;
    private @Nullable String stateReason;

    private record Change(String state, Instant at) {}

    Machine(String id, String imageArn, String imageVersion, int memory, Endpoint endpoint) {
        this.id = id;
        this.endpoint = endpoint;
        this.imageArn = imageArn;
        this.imageVersion = imageVersion;
        this.memory = memory;
        become("PENDING");
    }

    synchronized void become(String state) {
        changes.add(new Change(state, Instant.now()));
    }

    synchronized void ended(String reason) {
        stateReason = reason;
        become("TERMINATED");
    }

    synchronized String state() {
        return changes.getLast().state();
    }

    synchronized String toldState() {
        var told = changes.getFirst().state();
        for (var change : changes) {
            if (change.at().isBefore(Instant.now().minus(BEHIND))) {
                told = change.state();
            }
        }
        return told;
    }

    synchronized boolean isOver() {
        return state().startsWith("TERMINAT");
    }

    /** Its hook may be played from here on. */
    synchronized void runsIn(Guest inside) {
        guest = inside;
    }

    synchronized Guest guest() {
        return Objects.requireNonNull(guest, "nothing runs in it yet");
    }

    synchronized boolean hasGuest() {
        return guest != null;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    synchronized Map<String, Object> described(String state) {
        var words = new HashMap<String, Object>();
        words.put("microvmId", id);
        words.put("state", state);
        words.put("endpoint", endpoint.name());
        words.put("imageArn", imageArn);
        words.put("imageVersion", imageVersion);
        words.put("startedAt", startedAt.toEpochMilli() / 1000.0);
        words.put("maximumDurationInSeconds", 28_800);
        if (stateReason != null && state.equals("TERMINATED")) {
            words.put("stateReason", stateReason);
        }
        return words;
    }

    Map<String, Object> listed() {
        return Map.of(
                "microvmId",
                id,
                "state",
                toldState(),
                "imageArn",
                imageArn,
                "imageVersion",
                imageVersion,
                "startedAt",
                startedAt.toEpochMilli() / 1000.0);
    }
}
