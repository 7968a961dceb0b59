package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.EndReason;

/**
 * Why a sandbox left the state running.
 *
 * @param by the user's or key's id when it was requested, else {@link #SYSTEM}
 */
public record Ending(EndReason reason, String by) {
    public static final String SYSTEM = "system";

    /** An end nobody asked for. */
    public static Ending bySystem(EndReason reason) {
        return new Ending(reason, SYSTEM);
    }
}
