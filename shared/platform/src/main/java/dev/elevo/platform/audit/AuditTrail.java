package dev.elevo.platform.audit;

/** Where audit events go. One that is recorded again with its end takes the place of its beginning; nothing else is ever changed or removed before its time. */
public interface AuditTrail {
    void record(AuditEvent event);
}
