package dev.elevo.agent.port;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.sandbox.Isolation;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections to ports of this host's sandboxes: so many and no more, and none to a sandbox that does not run. One that has
 * ended takes its connections with it; one that is paused would keep them, hence the look at all of them twice a second.
 */
@Singleton
public final class PortRelays {
    public static final int MOST_PER_SANDBOX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(PortRelays.class);
    private static final int MOST = 1024;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(5);
    private static final long PERIOD_MILLIS = 500;

    private final ProcessHosts hosts;
    private final IsolationDriver driver;
    private final List<Integer> own;
    private final Places open = new Places(MOST_PER_SANDBOX, MOST);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("port-relays").daemon().factory());

    /** @param own ports of the agent and of its hooks */
    PortRelays(
            ProcessHosts hosts,
            IsolationDriver driver,
            @Value("${elevo.agent.port:-1},${elevo.hooks.port:9000}") List<Integer> own) {
        this.hosts = hosts;
        this.driver = driver;
        this.own = own;
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Connects to the port, or throws what the client is told. Blocks until then; {@link PortRelay#start} begins the relay. */
    public PortRelay connect(String sandboxId, int port) {
        if (driver.isolation() == Isolation.PROCESS) {
            // Its loopback is that of the host, with all that listens there.
            throw new Failure.Refused(
                            ErrorCode.NOT_IMPLEMENTED,
                            "Sandboxes without a network of their own have no ports of their own",
                            Map.of("feature", "ports", "isolation", Isolation.PROCESS.label()))
                    .asException();
        }
        if (driver.isolation() == Isolation.MICROVM && own.contains(port)) {
            // It would come from the helper, who is root, and be taken for the platform.
            throw new Failure.Refused(ErrorCode.PORT_UNREACHABLE, "The port is the machine's own", Map.of("port", port))
                    .asException();
        }
        var host = running(sandboxId);
        var relay = new PortRelay(ended -> open.remove(sandboxId, ended));
        var displaced = open.add(sandboxId, relay);
        if (displaced != null) {
            displaced.close();
        }
        try {
            relay.connected(new Helper(host.helperSocket()).relay(port, CONNECT_TIME));
            return relay;
        } catch (IOException | RuntimeException e) {
            relay.close();
            throw failure(e, port);
        }
    }

    private ProcessHost running(String sandboxId) {
        var host = hosts.find(sandboxId)
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", sandboxId))
                        .asException());
        if (!host.running()) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_NOT_RUNNING,
                            "Sandbox " + sandboxId + " is not running",
                            Map.of("sandboxId", sandboxId))
                    .asException();
        }
        return host;
    }

    /** How many there are of a sandbox. */
    public int count(String sandboxId) {
        return open.count(sandboxId);
    }

    /** A round that fails must not be the last. */
    private void look() {
        try {
            open.snapshot().forEach((id, relays) -> {
                if (!hosts.find(id).map(ProcessHost::running).orElse(false)) {
                    relays.forEach(PortRelay::close);
                }
            });
        } catch (RuntimeException e) {
            LOG.error("looking after the connections to ports failed", e);
        }
    }

    private static ApiException failure(Exception e, int port) {
        if (e instanceof ApiException known) {
            return known;
        }
        if (e instanceof HelperRefusal refusal && refusal.step() == FailedStep.CONNECT) {
            return unreachable("Nothing listens on port " + port, port, e);
        }
        if (e instanceof HelperProtocolException) {
            return unreachable("Nothing answers on port " + port, port, e);
        }
        return new Failure.Unavailable("The sandbox does not answer", Duration.ofSeconds(1)).causedBy(e);
    }

    private static ApiException unreachable(String message, int port, Exception cause) {
        return new Failure.Refused(ErrorCode.PORT_UNREACHABLE, message, Map.of("port", port)).causedBy(cause);
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
        open.snapshot().values().forEach(relays -> relays.forEach(PortRelay::close));
    }
}
