package dev.elevo.agent;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/**
 * What the agent is told at its start.
 *
 * @param driver {@code guest} for the agent of a machine that is one sandbox ({@code ELEVO_DRIVER}); empty for the best that is here
 * @param home of the whole local run ({@code ELEVO_HOME})
 * @param publicKey of the control plane ({@code ELEVO_AGENT_PUBLIC_KEY}): Ed25519, X.509, base64; empty for a guest, who is told later
 * @param helper the compiled {@code elevo-init}
 * @param network {@code none} keeps every sandbox off all networks ({@code ELEVO_NETWORK})
 * @param privateNetworks that sandboxes which name them may reach ({@code ELEVO_PRIVATE_NETWORKS}), with commas
 * @param readySandboxes how many are started ahead of need ({@code ELEVO_READY_SANDBOXES})
 * @param unsafe whether sandboxes without any wall are acceptable ({@code ELEVO_UNSAFE=1})
 */
@Singleton
public record AgentConfiguration(
        @Value("${elevo.driver:}") String driver,
        @Value("${elevo.home:.elevo}") String home,
        @Value("${elevo.agent.public.key:}") String publicKey,
        @Value("${elevo.helper}") String helper,
        @Value("${elevo.network:public}") String network,
        @Value("${elevo.private.networks:}") String privateNetworks,
        @Value("${elevo.ready.sandboxes:8}") int readySandboxes,
        @Value("${elevo.unsafe:0}") String unsafe) {

    public AgentConfiguration {
        if (!driver.isEmpty() && !driver.equals("guest")) {
            throw new IllegalArgumentException("ELEVO_DRIVER is guest or nothing, not " + driver);
        }
    }

    /** All that is the agent's own. */
    public Path directory() {
        return Path.of(home).toAbsolutePath().normalize().resolve("agent");
    }

    /** What sandboxes can stand on besides the host's own system. */
    public Path templatesFile() {
        return directory().resolveSibling("templates.yaml");
    }

    public Path helperProgram() {
        return Path.of(helper).toAbsolutePath();
    }

    public boolean isGuest() {
        return driver.equals("guest");
    }

    /** None where there is room for one sandbox only. */
    @Override
    public int readySandboxes() {
        return isGuest() ? 0 : readySandboxes;
    }

    public boolean allowsNoWall() {
        return unsafe.equals("1");
    }
}
