package dev.elevo.agent.health;

import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.HealthCheckConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Checks every running sandbox that has a check. One thread keeps the time of all; each check has a virtual one while it lasts. */
@Singleton
public final class HealthChecks {
    private static final int INTERVAL_SECONDS = 30;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int FAILURE_THRESHOLD = 3;
    private static final int SUCCESS_THRESHOLD = 1;

    private final Map<String, HealthWatch> watches = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("health-checks").daemon().factory());

    HealthChecks() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Refuses a check that is not whole. */
    public static void require(SandboxSpec spec) {
        var config = spec.healthCheck();
        if (config != null) {
            Probe.of(config, spec, Path.of("/"), timeout(config));
        }
    }

    /**
     * For one that was just started.
     *
     * @param inside the spec as it is seen inside
     */
    public void begin(SandboxSpec inside, Path helperSocket) {
        var config = inside.healthCheck();
        if (config != null) {
            watch(inside, helperSocket, config, seconds(config.initialDelaySeconds(), 0));
        }
    }

    /** For one that will be frozen, or is: nobody knows how it is. */
    public void pause(String sandboxId) {
        var watch = watches.get(sandboxId);
        if (watch != null) {
            watch.stop();
        }
    }

    /** For one that runs already, paused before or found at the agent's start: it is checked at once. */
    public void goOn(SandboxSpec inside, Path helperSocket) {
        var config = inside.healthCheck();
        var paused = watches.get(inside.id());
        if (paused != null) {
            paused.goOn();
        } else if (config != null) {
            watch(inside, helperSocket, config, Duration.ZERO);
        }
    }

    /** For one that does not run any more. */
    public void end(String sandboxId) {
        var watch = watches.remove(sandboxId);
        if (watch != null) {
            watch.stop();
        }
    }

    /** Null for one that has no check. */
    public @Nullable Health of(SandboxSpec spec) {
        if (spec.healthCheck() == null) {
            return null;
        }
        var watch = watches.get(spec.id());
        return watch == null ? Health.UNKNOWN : watch.pulse().health();
    }

    private void watch(SandboxSpec inside, Path helperSocket, HealthCheckConfig config, Duration delay) {
        end(inside.id());
        var timeout = timeout(config);
        var watch = new HealthWatch(
                inside.id(),
                Probe.of(config, inside, helperSocket, timeout),
                new Pulse(
                        Objects.requireNonNullElse(config.failureThreshold(), FAILURE_THRESHOLD),
                        Objects.requireNonNullElse(config.successThreshold(), SUCCESS_THRESHOLD)),
                seconds(config.intervalSeconds(), INTERVAL_SECONDS),
                timeout,
                timer);
        watches.put(inside.id(), watch);
        watch.checkAfter(delay);
    }

    private static Duration timeout(HealthCheckConfig config) {
        return seconds(config.timeoutSeconds(), TIMEOUT_SECONDS);
    }

    private static Duration seconds(@Nullable Integer given, int otherwise) {
        return Duration.ofSeconds(Objects.requireNonNullElse(given, otherwise));
    }

    /** Checks that are under way are left behind: their sandboxes go on, and the next agent checks anew. */
    @PreDestroy
    void close() {
        watches.keySet().forEach(this::end);
        timer.shutdownNow();
    }
}
