package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;

/** Finds the agent of each sandbox. */
interface AgentAddresses {
    /**
     * Where the agent of the sandbox is.
     *
     * @param sandboxId or {@link Capability#HOST} for the agent of the whole host, where there is one
     * @param operation what it is wanted for: what is inside a sandbox is not to be had at every moment of its life
     */
    AgentAddress of(String sandboxId, Operation operation);

    /** Looked for once more: by the one that is known nobody was let in, or nobody was there. */
    AgentAddress anew(String sandboxId, Operation operation);
}
