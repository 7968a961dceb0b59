package dev.elevo.agent.health;

import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperRefusal;
import java.io.IOException;
import java.nio.file.Path;

/** Somebody listens. */
record TcpProbe(Path helperSocket, int port) implements Probe {
    @Override
    public boolean passes() throws IOException {
        try (var helper = new Helper(helperSocket);
                var connection = helper.connect(port)) {
            return connection.isOpen();
        } catch (HelperRefusal refusal) {
            if (refusal.step() == FailedStep.CONNECT) {
                return false;
            }
            throw refusal;
        }
    }
}
