package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose operator lets no sandbox on a network. */
final class NoNetworkTest {
    @TempDir
    private Path home;

    @Test
    void a_sandbox_that_wants_a_network_has_none_and_the_host_says_so() throws GeneralSecurityException {
        try (var agent = new RealAgent(home, "none")) {
            agent.requireWalls();

            assertThat(agent.sandboxes().host().internet()).isFalse();
            assertThat(agent.run(agent.create(), "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
                            .stdout())
                    .isEqualTo("lo\n");
        }
    }
}
