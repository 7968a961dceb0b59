package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * Why a sandbox left the state running.
 *
 * @param by the user's or key's id when it was requested, else {@link #SYSTEM}
 * @param detail what the reason alone does not say, in words for whoever looks
 */
public record Ending(EndReason reason, String by, @Nullable String detail) {
    public static final String SYSTEM = "system";

    public Ending(EndReason reason, String by) {
        this(reason, by, null);
    }

    /** An end nobody asked for. */
    public static Ending bySystem(EndReason reason) {
        return new Ending(reason, SYSTEM);
    }

    /** It belongs to somebody who may do nothing any more. */
    public static Ending ofDisabled(String whose) {
        return new Ending(EndReason.EVICTED, SYSTEM, whose + " is disabled");
    }
}
