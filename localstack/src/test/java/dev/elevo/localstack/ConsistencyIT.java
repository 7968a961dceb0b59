package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is killed, and when: afterwards the API says what is there, and nothing acknowledged is lost. */
@Tag("slow")
final class ConsistencyIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ACTIONS = 200;
    private static final int SANDBOX_COUNT = 15;
    private static final int THREADS = 8;

    @TempDir
    private Path home;

    private enum Victim {
        AGENT,
        GATEWAY,
        BOTH
    }

    @Test
    void kills_at_any_moment_of_a_mixed_load_leave_what_the_api_says() throws Exception {
        var seed = Long.getLong("elevo.seed", System.nanoTime());
        System.out.println("-Delevo.seed=" + seed);
        var down = new ReentrantLock();
        var options = Map.of(
                "ELEVO_LIMIT_SANDBOX_CREATE", "100000",
                "ELEVO_LIMIT_WRITE", "100000",
                "ELEVO_LIMIT_READ", "100000",
                "ELEVO_LIMIT_EXEC", "100000",
                "ELEVO_READY_SANDBOXES", "0",
                "ELEVO_ABANDONED_MS", "4000",
                "ELEVO_SWEEP_MS", "1000");
        try (var stack = new RunningStack(home, options)) {
            var load = new MixedLoad(stack, down, seed, ACTIONS, SANDBOX_COUNT);
            try (var threads = Executors.newFixedThreadPool(THREADS)) {
                for (var i = 0; i < THREADS; i++) {
                    threads.execute(load);
                }
                kill(stack, load, down, new Random(seed));
            }
            System.out.println("answers: " + new TreeMap<>(load.answers()));
            var reality = new Reality(stack);

            awaitAgreement(reality);

            assertThat(load.faults()).isEmpty();
            assertThat(load.begun()).isGreaterThanOrEqualTo(ACTIONS);
            var there = reality.api();
            assertThat(there.keySet()).containsAll(load.mustBeThere()).noneMatch(load.mustBeGone()::contains);
            for (var id : load.mustBeThere()) {
                if (load.timeoutSet().contains(id)) {
                    assertThat(stack.get(SANDBOXES + "/" + id).field("timeoutMs"))
                            .as(id)
                            .isNotEqualTo("3600000");
                }
            }
            // Nothing is marked any more: everything can be begun anew, and finds its files.
            for (var id : load.mustBeThere()) {
                assertThat(run(stack, id, there.getOrDefault(id, "")))
                        .as(id + ", which was " + there.get(id))
                        .containsAll(load.filesOf(id).stream()
                                .map(number -> "file-%1$d:%1$d".formatted(number))
                                .toList());
            }
            awaitAgreement(reality);
            for (var id : reality.api().keySet()) {
                assertThat(stack.delete(SANDBOXES + "/" + id + "?force=true").status())
                        .isEqualTo(204);
            }
            awaitAgreement(reality);
        }
    }

    /** One after the other, each at a moment drawn by lot. */
    private static void kill(RunningStack stack, MixedLoad load, ReentrantLock down, Random random)
            throws IOException, InterruptedException {
        var victims = new ArrayList<>(List.of(Victim.values()));
        Collections.shuffle(victims, random);
        var third = ACTIONS / victims.size();
        for (var i = 0; i < victims.size(); i++) {
            var moment = i * third + 10 + random.nextInt(third - 20);
            while (load.begun() < moment) {
                Eventually.pause();
            }
            System.out.println(victims.get(i) + " is killed after " + moment + " of " + ACTIONS + " actions");
            if (victims.get(i) != Victim.GATEWAY) {
                ProcessHandle.of(stack.pidOf("agent")).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (victims.get(i) != Victim.AGENT) {
                down.lock();
                try {
                    stack.crash();
                    startAgain(stack);
                } finally {
                    down.unlock();
                }
            }
        }
    }

    /** A store that does not answer in time, on a machine with too much to do, fails a start; then one starts it once more. */
    private static void startAgain(RunningStack stack) throws IOException {
        try {
            stack.startAgain();
        } catch (IOException tooBusy) {
            System.out.println(tooBusy.getMessage());
            stack.startAgain();
        }
    }

    private static void awaitAgreement(Reality reality) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> differences;
        do {
            try {
                differences = reality.differences();
            } catch (IOException agentStarting) {
                differences = List.of(agentStarting.toString());
            }
            Eventually.pause();
        } while (!differences.isEmpty() && System.nanoTime() < deadline);
        assertThat(differences).isEmpty();
    }

    /** Brought to life from whatever state, it names its files and what is in them. */
    private static List<String> run(RunningStack stack, String id, String state) {
        var path = SANDBOXES + "/" + id;
        var alive = switch (state) {
            case "stopped", "failed" -> stack.post(path + "/start", "{}");
            case "paused" -> stack.post(path + "/resume", "{}");
            default -> stack.post(path + "/restart", "{\"force\":true}");
        };
        assertThat(alive.status()).as(alive.text()).isEqualTo(200);
        var told = stack.post(path + "/process/run", "{\"command\":\"grep -H '' file-* || true\"}");
        assertThat(told.status()).as(told.text()).isEqualTo(200);
        return told.field("stdout").lines().toList();
    }
}
