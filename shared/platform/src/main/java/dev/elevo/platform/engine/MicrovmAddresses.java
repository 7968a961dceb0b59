package dev.elevo.platform.engine;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PortRoute;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.microvm.MicrovmException;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Every sandbox has an agent of its own, behind the proxy of its MicroVM. That takes requests with AWS's token only, so there is no
 * address yet that a client could use without us.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmAddresses implements AgentAddresses, AgentRoutes, PortRoutes {
    private static final Failure MOVING =
            new Failure.Unavailable("The sandbox is on its way to another machine", Duration.ofSeconds(5));

    /** What brings it from one machine to the next. */
    private static final Set<Operation> OF_ITS_LIFE =
            EnumSet.of(Operation.CREATE, Operation.LIFECYCLE, Operation.SNAPSHOT);

    private final Placements placements;
    private final ProxyTokens tokens;
    private final String scheme;

    MicrovmAddresses(Placements placements, ProxyTokens tokens, FleetConfiguration configuration) {
        this.placements = placements;
        this.tokens = tokens;
        this.scheme = configuration.scheme();
    }

    @Override
    public AgentAddress of(String sandboxId, Operation operation) {
        return of(machine(sandboxId, operation));
    }

    @Override
    public AgentAddress anew(String sandboxId, Operation operation) {
        placements.forget(sandboxId);
        var machine = machine(sandboxId, operation);
        tokens.forget(machine.microvmId());
        return of(machine);
    }

    AgentAddress of(Machine machine) {
        try {
            return new AgentAddress(scheme + "://" + machine.endpoint(), tokens.of(machine.microvmId()));
        } catch (MicrovmException e) {
            throw MicrovmFailures.of(e);
        }
    }

    private Machine machine(String sandboxId, Operation operation) {
        if (sandboxId.equals(Capability.HOST)) {
            throw new IllegalStateException("there is no host that all sandboxes are on");
        }
        var placement = placement(sandboxId, operation);
        if (placement.isOnItsWay() && !OF_ITS_LIFE.contains(operation)) {
            // There is an agent, which has nothing inside any more, or not yet.
            throw MOVING.asException();
        }
        var machine = placement.machine();
        if (machine == null) {
            throw placement.isOnItsWay()
                    ? MOVING.asException()
                    : notRunning(sandboxId).asException();
        }
        return machine;
    }

    /** Nobody would wake one that is asleep, and how long its proxy would keep whoever asks is said nowhere. */
    private Placement placement(String sandboxId, Operation operation) {
        var recent = found(sandboxId);
        if (!recent.isAsleep() || OF_ITS_LIFE.contains(operation)) {
            return recent;
        }
        placements.forget(sandboxId);
        var now = found(sandboxId);
        if (now.isAsleep()) {
            throw notRunning(sandboxId).asException();
        }
        return now;
    }

    private Placement found(String sandboxId) {
        return placements
                .recent(sandboxId)
                .orElseThrow(() -> notFound(sandboxId).asException());
    }

    static Failure notFound(String sandboxId) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_NOT_FOUND, "Sandbox " + sandboxId + " not found", Map.of("sandboxId", sandboxId));
    }

    static Failure notRunning(String sandboxId) {
        return new Failure.Refused(
                ErrorCode.SANDBOX_NOT_RUNNING,
                "Sandbox " + sandboxId + " does not run",
                Map.of("sandboxId", sandboxId));
    }

    @Override
    public String to(String sandboxId, String path) {
        throw NotOffered.of("an address of the agent's own").asException();
    }

    @Override
    public PortRoute to(String sandboxId, int port) {
        throw NotOffered.of("previews").asException();
    }
}
