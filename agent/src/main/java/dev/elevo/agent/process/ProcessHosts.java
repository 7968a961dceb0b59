package dev.elevo.agent.process;

import java.util.Optional;

/** The sandboxes of this agent. Whoever keeps them implements it, and tells {@link Processes} when one starts or ends. */
public interface ProcessHosts {
    Optional<ProcessHost> find(String sandboxId);
}
