package dev.elevo.platform.engine;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.WorkspaceAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The agent of one machine, which saves when a test says so and waits for nobody. */
final class InMemoryWorkspaces implements WorkspaceAgent {
    static final SavedWorkspace SAVED = new SavedWorkspace(List.of("\"one\"", "\"two\""), 12_345, "5a".repeat(32));
    static final long SO_FAR = 5_000;

    private final Map<String, SaveStatus> known = new LinkedHashMap<>();
    private final List<SaveWorkspace> orders = new ArrayList<>();
    private boolean isSilent;
    private boolean isQuick;
    private Runnable onLook = () -> {};

    /** What was ordered, also what was forgotten since. */
    List<SaveWorkspace> orders() {
        return orders;
    }

    List<String> known() {
        return List.copyOf(known.keySet());
    }

    /** From now on an order is done at once. */
    void beQuick() {
        isQuick = true;
    }

    void beSilent(boolean silent) {
        isSilent = silent;
    }

    /** Happens at each look, before it is answered. */
    void onLook(Runnable work) {
        onLook = work;
    }

    void finish() {
        known.replaceAll((id, status) -> SaveStatus.done(SAVED));
    }

    void fail(ErrorCode code, String reason) {
        known.replaceAll((id, status) -> SaveStatus.failed(new Failure.Refused(code, reason)));
    }

    /** Of somebody else. */
    void putBeside(String id, @Nullable SaveStatus status) {
        if (status == null) {
            known.remove(id);
        } else {
            known.put(id, status);
        }
    }

    /** The machine is another one, or its agent was started anew. */
    void startAnew() {
        known.clear();
    }

    @Override
    public SaveStatus save(String sandboxId, SaveWorkspace order) {
        answer();
        orders.add(order);
        known.putIfAbsent(order.id(), isQuick ? SaveStatus.done(SAVED) : SaveStatus.of(Progress.AT_WORK, SO_FAR));
        return status(order.id());
    }

    @Override
    public SaveStatus look(String sandboxId, SaveQuery order) {
        onLook.run();
        answer();
        return status(order.id());
    }

    private SaveStatus status(String id) {
        var others = known.keySet().stream().filter(other -> !other.equals(id)).count();
        return known.getOrDefault(id, SaveStatus.of(Progress.ABSENT, 0)).beside((int) others);
    }

    @Override
    public void forget(String sandboxId, SaveQuery order) {
        answer();
        known.remove(order.id());
    }

    @Override
    public void restore(String sandboxId, RestoreWorkspace from) {
        throw new UnsupportedOperationException("nobody restores here");
    }

    private void answer() {
        if (isSilent) {
            throw new Failure.Unavailable("silent, as it was ordered", Duration.ofSeconds(1)).asException();
        }
    }
}
