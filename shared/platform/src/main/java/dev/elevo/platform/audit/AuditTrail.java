package dev.elevo.platform.audit;

/** Where audit events go. One that is recorded again with its end takes the place of its beginning; nothing else is ever changed or removed before its time. */
public interface AuditTrail {
    /** Returns when the event outlives this process. */
    void record(AuditEvent event);

    /** Returns when all that was recorded here before can be found. */
    default void settle() {}
}
