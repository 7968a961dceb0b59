package dev.elevo.agent.stream;

import dev.elevo.contract.agent.StreamTarget;

/** Serves streams of some kinds. */
public interface StreamSource {
    /** Whether streams of the kind are its own. */
    boolean serves(String kind);

    /** Throws what the client is told when there is no such stream. Nothing else happens: a ticket is asked for by it, too. */
    void check(String sandboxId, StreamTarget target);

    Session open(String sandboxId, StreamTarget target, Link link);
}
