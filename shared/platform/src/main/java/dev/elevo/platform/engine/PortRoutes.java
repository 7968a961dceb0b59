package dev.elevo.platform.engine;

import dev.elevo.contract.agent.PortRoute;

/** Finds the way to a port of a sandbox. Whoever asks has decided that somebody may go it. */
public interface PortRoutes {
    PortRoute to(String sandboxId, int port);
}
