package dev.elevo.contract.agent;

import java.time.InstantSource;

class InMemoryAgentTest extends AgentContract {
    private final InMemoryAgent agent = new InMemoryAgent(InstantSource.system());

    @Override
    protected SandboxAgent sandboxes() {
        return agent;
    }

    @Override
    protected ProcessAgent processes() {
        return agent;
    }

    @Override
    protected FileAgent files() {
        return agent;
    }
}
