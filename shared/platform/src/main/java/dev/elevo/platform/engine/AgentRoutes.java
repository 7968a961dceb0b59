package dev.elevo.platform.engine;

/** Where a client reaches the agent of a sandbox without a function in between. */
public interface AgentRoutes {
    /**
     * With an answer that leads there: a gateway which can reach the agent may go there in the client's place. To a client it says
     * nothing.
     */
    String RELAY_HEADER = "X-Elevo-Relay";

    /**
     * An address.
     *
     * @param path of the agent's, with the right to it inside
     */
    String to(String sandboxId, String path);
}
