package dev.elevo.platform.audit;

/** Where audit events go; they are never changed and never removed before their time. */
public interface AuditTrail {
    void record(AuditEvent event);
}
