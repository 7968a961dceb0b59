package dev.elevo.platform.sandbox;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.List;
import java.util.Map;

/** The refusals every area gives about sandboxes, said the same way everywhere. */
public final class SandboxFailures {
    private SandboxFailures() {}

    /** Also for one of another organization. */
    public static Failure notFound(String idOrName) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_NOT_FOUND, "Sandbox " + idOrName + " not found", Map.of("sandboxId", idOrName));
    }

    public static Failure refused(ErrorCode code, Sandbox sandbox, Action action) {
        if (code == ErrorCode.SANDBOX_NOT_FOUND) {
            return notFound(sandbox.id());
        }
        var state = sandbox.state().label();
        var message = code == ErrorCode.SANDBOX_NOT_RUNNING
                ? "Sandbox " + sandbox.id() + " is not running; it is " + state
                : "Sandbox " + sandbox.id() + " is " + state + "; " + wayOut(action);
        return new Failure.Refused(
                code, message, Map.of("sandboxId", sandbox.id(), "state", state, "action", action.label()));
    }

    private static String wayOut(Action action) {
        return action == Action.DELETE
                ? "to delete it all the same, ask with force=true"
                : action.label() + " is not possible";
    }

    public static Failure nameTaken(String name) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_ALREADY_EXISTS, "The name " + name + " is in use", Map.of("name", name));
    }

    /** It goes on and will be done; nobody waits longer. */
    public static Failure late(Sandbox sandbox, Action action) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_TIMEOUT,
                "Sandbox " + sandbox.id() + " takes longer than that to " + action.label() + "; it goes on",
                Map.of(
                        "sandboxId", sandbox.id(),
                        "state", sandbox.state().label(),
                        "action", action.label()));
    }

    /** The same of forks, which somebody has to find who chose neither a name nor a key. */
    public static Failure lateForks(Sandbox source, List<Sandbox> forks) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_TIMEOUT,
                "The forks of sandbox " + source.id() + " take longer than that to begin; it goes on, with all or none",
                Map.of(
                        "sandboxId", source.id(),
                        "state", source.state().label(),
                        "action", Action.FORK.label(),
                        "sandboxes", forks.stream().map(Sandbox::id).toList()));
    }

    /** Another lifecycle action is at work. */
    public static Failure busy(Sandbox sandbox, Pending pending, Action action) {
        return new Failure.Refused(
                ErrorCode.INVALID_SANDBOX_STATE,
                "Sandbox " + sandbox.id() + " is busy: " + pending.action().label(),
                Map.of(
                        "sandboxId", sandbox.id(),
                        "state", sandbox.state().label(),
                        "action", action.label(),
                        "reason", "busy"));
    }
}
