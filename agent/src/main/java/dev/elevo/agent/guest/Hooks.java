package dev.elevo.agent.guest;

import dev.elevo.agent.sandbox.Sandboxes;
import dev.elevo.agent.sandbox.Suspension;
import dev.elevo.agent.workspace.LastSave;
import dev.elevo.agent.workspace.Workspaces;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.agent.VmAssignment;
import dev.elevo.contract.sandbox.EndReason;
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

    private static final int GRACE_MILLIS = 2000;
    private static final Duration LAST = Duration.ofSeconds(55);

    private final Assignment assignment;
    private final Rehearsal rehearsal;
    private final Suspension suspension;
    private final LastSave lastSave;
    private final Sandboxes sandboxes;
    private final Workspaces workspaces;
    private final ObjectMapper json;

    Hooks(
            Assignment assignment,
            Rehearsal rehearsal,
            Suspension suspension,
            LastSave lastSave,
            Sandboxes sandboxes,
            Workspaces workspaces,
            ObjectMapper json) {
        this.assignment = assignment;
        this.rehearsal = rehearsal;
        this.suspension = suspension;
        this.lastSave = lastSave;
        this.sandboxes = sandboxes;
        this.workspaces = workspaces;
        this.json = json;
    }

    HookAnswer answer(String hook, byte[] body) {
        return switch (hook) {
            case "ready" -> rehearsal.ready();
            // Nobody rehearses on a machine that somebody has.
            case "validate" -> assignment.taken().isPresent() ? HookAnswer.DONE : rehearsal.once();
            case "run" -> run(body);
            case "suspend" -> always("suspend", QUICK, () -> suspension.begin(Instant.now()));
            case "resume" -> always("resume", QUICK, () -> suspension.end(Instant.now()));
            case "terminate" -> always("terminate", LAST, this::saveLast);
            default -> new HookAnswer(404, "no hook");
        };
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

    /** What still runs would be cut off in the middle of a file. */
    private void saveLast() {
        lastSave.take().ifPresent(arranged -> {
            sandboxes.stop(arranged.sandboxId(), new StopSandbox(GRACE_MILLIS, EndReason.EVICTED));
            workspaces.save(arranged.sandboxId(), arranged.to());
        });
    }

    /** Whatever goes wrong: another answer, or none, ends the machine with all that is in it. */
    private static HookAnswer always(String hook, Duration patience, Runnable work) {
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
            done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("{} was not done as it should be", hook, e);
        }
        return HookAnswer.DONE;
    }
}
