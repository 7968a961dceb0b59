package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Capability;

/** Finds the agent of each sandbox. */
interface AgentAddresses {
    /**
     * Where the agent of the sandbox is.
     *
     * @param sandboxId or {@link Capability#HOST} for the agent of the whole host, where there is one
     */
    AgentAddress of(String sandboxId);

    /** Looked for once more: by the one that is known nobody was let in, or nobody was there. */
    AgentAddress anew(String sandboxId);
}
