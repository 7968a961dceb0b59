package dev.elevo.agent.http;

import dev.elevo.agent.ControlKey;
import dev.elevo.agent.guest.Assignment;
import dev.elevo.contract.agent.AgentHealth;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.VmAssignment;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** Whether anybody is there, for everybody. */
@Controller(AgentPaths.HEALTH)
final class HealthController {
    private final ControlKey key;
    private final Assignment assignment;

    HealthController(ControlKey key, Assignment assignment) {
        this.key = key;
        this.assignment = assignment;
    }

    @Get
    AgentHealth getHealth() {
        return new AgentHealth(
                key.get().isPresent(),
                assignment.taken().map(VmAssignment::generation).orElse(null));
    }
}
