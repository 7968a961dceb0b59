package dev.elevo.agent.guest;

import dev.elevo.agent.sandbox.Suspension;
import dev.elevo.agent.stream.Streams;
import dev.elevo.contract.agent.VmAssignment;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done at each turn of the machine's life. */
@Singleton
final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

    /** Less than what the platform waits: an answer that is late ends the machine. */
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** Clients of their ends: the platform waits, too. */
    private static final Duration TELLING = Duration.ofSeconds(2);

    private final Assignment assignment;
    private final Rehearsal rehearsal;
    private final Suspension suspension;
    private final Streams streams;
    private final ObjectMapper json;

    Hooks(Assignment assignment, Rehearsal rehearsal, Suspension suspension, Streams streams, ObjectMapper json) {
        this.assignment = assignment;
        this.rehearsal = rehearsal;
        this.suspension = suspension;
        this.streams = streams;
        this.json = json;
    }

    HookAnswer answer(String hook, byte[] body) {
        return switch (hook) {
            case "ready" -> rehearsal.ready();
            // Nobody rehearses on a machine that somebody has.
            case "validate" -> assignment.taken().isPresent() ? HookAnswer.DONE : rehearsal.once();
            case "run" -> run(body);
            case "suspend" -> always("suspend", this::standStill);
            case "resume" -> always("resume", this::goOn);
            // Whoever ended it had its files saved before; there is nobody to ask where they would go now.
            case "terminate" -> HookAnswer.DONE;
            default -> new HookAnswer(404, "no hook");
        };
    }

    private void standStill() {
        suspension.begin(Instant.now());
        streams.awaitEnds(TELLING);
    }

    private void goOn() {
        streams.connectAnew();
        suspension.end(Instant.now());
    }

    private HookAnswer run(byte[] body) {
        try {
            var said = json.readValue(body, RunHook.class);
            var payload = said == null ? null : said.runHookPayload();
            var assigned = payload == null ? null : json.readValue(payload, VmAssignment.class);
            if (assigned == null) {
                return new HookAnswer(400, "no assignment");
            }
            return assignment.take(assigned)
                    ? HookAnswer.DONE
                    : new HookAnswer(409, "this machine is assigned already");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            LOG.warn("an assignment that cannot be read", e);
            return new HookAnswer(400, "the assignment cannot be read");
        }
    }

    /** Whatever goes wrong: another answer, or none, ends the machine with all that is in it. */
    private static HookAnswer always(String hook, Runnable work) {
        var done = new CompletableFuture<Void>();
        Thread.ofVirtual().name("hook-" + hook).start(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(QUICK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("{} was not done as it should be", hook, e);
        }
        return HookAnswer.DONE;
    }
}
