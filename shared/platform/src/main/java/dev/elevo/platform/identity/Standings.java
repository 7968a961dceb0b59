package dev.elevo.platform.identity;

/** Knows what was decided of organizations. What it answers may be old by the time keys are cached, not more. */
public interface Standings {
    Standing of(String organizationId);
}
