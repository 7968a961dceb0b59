package dev.elevo.platform.sandbox;

import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusReason;
import java.util.HashMap;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What becomes of a sandbox without anybody who asked for it, for the trail: of what somebody asked for, his request is there. */
final class SystemAction {
    private static final String NO_CLIENT = "other";

    private SystemAction() {}

    static Optional<AuditEvent> of(Sandbox seen, Sandbox next, StatusChange change) {
        var why = Announcement.why(seen, next);
        return switch (next.state()) {
            case STOPPED -> bySystem("stop", seen, next, why, change);
            case PAUSED -> bySystem("pause", seen, next, why, change);
            case DELETED -> bySystem("delete", seen, next, why, change);
            // Nobody asks for that, whatever he had asked for.
            case FAILED ->
                Optional.of(event(
                        "fail",
                        Outcome.FAILED,
                        seen,
                        next,
                        EndReason.FAILED.label(),
                        Objects.requireNonNull(next.breakdown()).reason(),
                        change));
            case CREATING, RUNNING -> Optional.empty();
        };
    }

    private static Optional<AuditEvent> bySystem(
            String action, Sandbox seen, Sandbox next, @Nullable Ending why, StatusChange change) {
        if (why == null || !why.by().equals(Ending.SYSTEM)) {
            return Optional.empty();
        }
        var reason = change.reason() == StatusReason.AUTO_DELETE
                ? StatusReason.AUTO_DELETE.label()
                : why.reason().label();
        return Optional.of(event(action, Outcome.SUCCESS, seen, next, reason, why.detail(), change));
    }

    private static AuditEvent event(
            String action,
            Outcome outcome,
            Sandbox seen,
            Sandbox next,
            String reason,
            @Nullable String detail,
            StatusChange change) {
        var metadata = new HashMap<String, String>();
        metadata.put("reason", reason);
        metadata.put("from", seen.state().label());
        if (detail != null) {
            metadata.put("detail", detail);
        }
        return new AuditEvent(
                Ids.EVENT.random(),
                next.organizationId(),
                "sandbox." + action,
                Ending.SYSTEM,
                null,
                next.id(),
                action,
                outcome,
                change.at(),
                Ids.REQUEST.random(),
                NO_CLIENT,
                Ending.SYSTEM,
                metadata);
    }
}
