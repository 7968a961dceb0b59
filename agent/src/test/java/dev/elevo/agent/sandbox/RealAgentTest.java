package dev.elevo.agent.sandbox;

import dev.elevo.agent.files.Files;
import dev.elevo.contract.agent.AgentContract;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.SandboxAgent;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What every agent promises, by this one. */
final class RealAgentTest extends AgentContract {
    @TempDir
    private static Path home;

    private static RealAgent agent;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @Override
    protected SandboxAgent sandboxes() {
        return agent.sandboxes();
    }

    @Override
    protected ProcessAgent processes() {
        return agent.processes();
    }

    @Override
    protected FileAgent files() {
        return agent.context().getBean(Files.class);
    }
}
