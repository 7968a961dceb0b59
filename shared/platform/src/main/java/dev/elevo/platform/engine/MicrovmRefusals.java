package dev.elevo.platform.engine;

import dev.elevo.contract.agent.RefusalAgent;
import dev.elevo.contract.agent.RefusedCalls;
import dev.elevo.platform.engine.Placements.Kept;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the agents of all MicroVMs have refused; each is told what of its own is recorded. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmRefusals implements RefusalAgent {
    private final Placements placements;
    private final MicrovmSandboxes sandboxes;
    private final HttpRefusalAgent agents;

    /** Whose agent said what, as it was asked last. */
    private volatile Map<String, String> tellers = Map.of();

    MicrovmRefusals(Placements placements, MicrovmSandboxes sandboxes, HttpRefusalAgent agents) {
        this.placements = placements;
        this.sandboxes = sandboxes;
        this.agents = agents;
    }

    @Override
    public List<RefusedCalls> refused() {
        var known = placements.all().stream().map(Kept::placement).toList();
        var answers = sandboxes.askAll(known, placement -> agents.refused(placement.sandboxId()));
        var whose = new HashMap<String, String>();
        answers.forEach((sandboxId, calls) -> calls.forEach(call -> whose.put(call.id(), sandboxId)));
        tellers = Map.copyOf(whose);
        return answers.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public void forget(List<String> ids) {
        var byAgent = new HashMap<String, List<String>>();
        for (var id : ids) {
            var teller = tellers.get(id);
            if (teller != null) {
                byAgent.merge(teller, List.of(id), MicrovmRefusals::joined);
            }
        }
        byAgent.forEach(agents::forget);
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }
}
