package dev.elevo.platform.engine;

import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.TicketRequest;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** As anywhere; but the agent has no door to which a ticket could let somebody in. */
@Singleton
@Replaces(HttpStreamAgent.class)
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmStreams extends HttpStreamAgent {
    MicrovmStreams(AgentConnection agent) {
        super(agent);
    }

    @Override
    public DirectTicket ticket(String sandboxId, TicketRequest request) {
        throw NotOffered.of("an address of the agent's own").asException();
    }
}
