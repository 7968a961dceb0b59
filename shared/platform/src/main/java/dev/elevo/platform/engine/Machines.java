package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentHealth;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.VmAssignment;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.microvm.Microvm;
import dev.elevo.platform.microvm.MicrovmException;
import dev.elevo.platform.microvm.MicrovmException.Kind;
import dev.elevo.platform.microvm.MicrovmState;
import dev.elevo.platform.microvm.Microvms;
import dev.elevo.platform.microvm.RunMicrovm;
import dev.elevo.platform.microvm.RunMicrovm.Logging;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MicroVMs as sandboxes need them: started from the image that fits, ready when their agents answer, asleep, awake, gone. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class Machines {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private static final Duration FALLING_ASLEEP = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** What the service says may be behind, and is not asked as often. */
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    private final Microvms microvms;
    private final Images images;
    private final FleetConfiguration configuration;
    private final CapabilityIssuer capabilities;
    private final MicrovmAddresses addresses;
    private final AgentConnection agents;
    private final JsonMapper json;

    Machines(
            Microvms microvms,
            Images images,
            FleetConfiguration configuration,
            CapabilityIssuer capabilities,
            MicrovmAddresses addresses,
            AgentConnection agents,
            JsonMapper json) {
        this.microvms = microvms;
        this.images = images;
        this.configuration = configuration;
        this.capabilities = capabilities;
        this.addresses = addresses;
        this.agents = agents;
        this.json = json;
    }

    /** It ended by itself. */
    static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Machine machine;
        private final String reason;

        GoneException(Machine machine, String reason) {
            super(reason);
            this.machine = machine;
            this.reason = reason;
        }

        /** Which: by the time that is told its sandbox may be in another one. */
        Machine machine() {
            return machine;
        }

        String reason() {
            return reason;
        }
    }

    /** Refuses what no MicroVM of this deployment can be: 2007, 9007. Nothing is started rather than something that is less closed. */
    void check(SandboxSpec spec) {
        imageFor(spec);
        connector(spec.network());
        if (!spec.mounts().isEmpty()) {
            throw NotOffered.of("volumes").asException();
        }
    }

    Images.Image imageFor(SandboxSpec spec) {
        return images.fitting(spec.template(), spec.resources());
    }

    /**
     * Starts one, or finds the one that this attempt has started before.
     *
     * @param attempt for ever the same MicroVM
     */
    Machine start(Images.Image image, String egress, int generation, String attempt) {
        var wanted = new RunMicrovm(
                image.arn(),
                image.version(),
                blankAsNull(configuration.executionRole()),
                (int) FleetConfiguration.LIFE.toSeconds(),
                payload(generation),
                List.of(configuration.ingressConnector()),
                List.of(egress),
                configuration.logGroup().isBlank() ? Logging.NONE : Logging.to(configuration.logGroup()),
                attempt);
        try {
            var started = microvms.run(wanted);
            return new Machine(
                    started.id(),
                    started.endpoint(),
                    started.imageArn(),
                    image.size().diskBytes(),
                    started.startedAt());
        } catch (MicrovmException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                // Its version was withdrawn: nothing of this template can be had, and that is what it is called.
                throw Images.withdrawn(image.template()).causedBy(e);
            }
            throw MicrovmFailures.of(e);
        }
    }

    /**
     * Until it answers; one that sleeps is woken.
     *
     * @throws GoneException it ended before it was ready
     */
    void awaitReady(Machine machine) {
        await(
                configuration.starting(),
                () -> isReady(machine),
                () -> keepAwake(machine),
                "The MicroVM of the sandbox did not become ready");
    }

    private boolean isReady(Machine machine) {
        try {
            return agents.health(addresses.of(machine))
                    .filter(AgentHealth::ready)
                    .isPresent();
        } catch (ApiException e) {
            if (e.failure() instanceof Failure.Unavailable) {
                LOG.debug("there is no way to {} yet", machine.microvmId(), e);
                return false;
            }
            throw e;
        }
    }

    /** Who ordered that before may have died, or have been refused. */
    private void keepAwake(Machine machine) {
        var seen = look(machine);
        switch (seen.state()) {
            case SUSPENDED -> wake(machine);
            case TERMINATING, TERMINATED -> throw gone(machine, seen);
            case PENDING, RUNNING, SUSPENDING -> {}
        }
    }

    private void wake(Machine machine) {
        try {
            microvms.resume(machine.microvmId());
        } catch (MicrovmException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw MicrovmFailures.of(e);
            }
            // What was said of it was old: it is awake, or has ended, and that shows.
            LOG.debug("{} is not to be woken", machine.microvmId(), e);
        }
    }

    /** Freezes it whole. */
    void suspend(Machine machine) {
        told(() -> microvms.suspend(machine.microvmId()), machine);
        await(
                FALLING_ASLEEP,
                () -> {
                    var seen = look(machine);
                    return switch (seen.state()) {
                        case SUSPENDED -> true;
                        case TERMINATING, TERMINATED -> throw gone(machine, seen);
                        case PENDING, RUNNING, SUSPENDING -> false;
                    };
                },
                () -> {},
                "The MicroVM of the sandbox does not fall asleep");
    }

    /** It goes on where it was, and answers. */
    void resume(Machine machine) {
        told(() -> microvms.resume(machine.microvmId()), machine);
        awaitReady(machine);
    }

    /** It answers, whether it slept or not. */
    void awaken(Machine machine) {
        keepAwake(machine);
        awaitReady(machine);
    }

    void terminate(Machine machine) {
        try {
            microvms.terminate(machine.microvmId());
        } catch (MicrovmException e) {
            throw MicrovmFailures.of(e);
        }
    }

    /** Nothing happens where it lives, or where that cannot be known. */
    void refuseEnded(Machine machine) {
        var seen = look(machine);
        if (seen.state().hasEnded()) {
            throw gone(machine, seen);
        }
    }

    MicrovmState state(Machine machine) {
        return look(machine).state();
    }

    private Microvm look(Machine machine) {
        try {
            return microvms.get(machine.microvmId());
        } catch (MicrovmException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw new GoneException(machine, "Its MicroVM is not there any more");
            }
            throw MicrovmFailures.of(e);
        }
    }

    private void told(Runnable order, Machine machine) {
        try {
            order.run();
        } catch (MicrovmException e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.CONFLICT) {
                refuseEnded(machine);
            }
            throw MicrovmFailures.of(e);
        }
    }

    private static GoneException gone(Machine machine, Microvm ended) {
        var reason = ended.stateReason();
        return new GoneException(machine, "Its MicroVM ended" + (reason == null ? "" : ": " + reason));
    }

    private interface Condition extends Supplier<Boolean> {}

    private static void await(Duration patience, Condition condition, Runnable between, String otherwise) {
        var end = System.nanoTime() + patience.toNanos();
        var question = System.nanoTime() + BETWEEN_QUESTIONS.toNanos();
        while (!condition.get()) {
            var now = System.nanoTime();
            if (now > end || Thread.currentThread().isInterrupted()) {
                throw new Failure.Unavailable(otherwise, BETWEEN_QUESTIONS).asException();
            }
            if (now > question) {
                between.run();
                question = now + BETWEEN_QUESTIONS.toNanos();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** Of its class of network; per sandbox there are no lists that the platform would hold. */
    String connector(NetworkConfig network) {
        if (isSome(network.allowedCIDRs())
                || isSome(network.deniedCIDRs())
                || isSome(network.allowedDomains())
                || isSome(network.dnsServers())) {
            throw NotOffered.of("lists of what a sandbox may reach").asException();
        }
        if (network.internet()) {
            return configuration.openConnector();
        }
        if (configuration.blocked().isBlank()) {
            throw NotOffered.of("a sandbox without internet").asException();
        }
        return configuration.blocked();
    }

    private static boolean isSome(@Nullable List<String> list) {
        return list != null && !list.isEmpty();
    }

    /**
     * What distinguishes machines of an image that started at different times: another version of it, where the deployment names one, or
     * another key to believe.
     */
    String makeup(Images.Image image) {
        return image.version() + " " + capabilities.publicKey();
    }

    private String payload(int generation) {
        try {
            return json.writeValueAsString(new VmAssignment(generation, capabilities.publicKey()));
        } catch (IOException e) {
            throw new IllegalStateException("an assignment that is no JSON", e);
        }
    }

    private static @Nullable String blankAsNull(String text) {
        return text.isBlank() ? null : text;
    }
}
