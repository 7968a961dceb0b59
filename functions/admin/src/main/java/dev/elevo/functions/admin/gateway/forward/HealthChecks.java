package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.ApiException;
import dev.elevo.functions.admin.gateway.Instance;
import dev.elevo.functions.admin.gateway.Instances;
import dev.elevo.functions.admin.gateway.Rules;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Asks instances how they are. Who is due is found out when somebody looks at the rules, and once a minute by a schedule where nobody
 * does; of all who find it out at the same time, one asks.
 */
@Singleton
public final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long STOOD_STILL_MILLIS = TimeUnit.NANOSECONDS.toMillis(2 * TIMEOUT_NANOS);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int AT_A_TIME = 32;

    private final Instances instances;
    private final Upstream upstream;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(AT_A_TIME);
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime() - LOOK_NANOS);
    /** When this instance last found one due, in seconds: others may be ahead, which the claim finds out. */
    private final Map<UUID, Long> begun = new ConcurrentHashMap<>();

    HealthChecks(Instances instances, Upstream upstream, InstantSource clock) {
        this.instances = instances;
        this.upstream = upstream;
        this.clock = clock;
    }

    /** At the most once a second, and without keeping anybody waiting. */
    public void runDue(Rules rules) {
        var last = lookedAt.get();
        var now = System.nanoTime();
        if (now - last >= LOOK_NANOS && lookedAt.compareAndSet(last, now)) {
            due(rules).forEach(instance -> threads.execute(() -> check(instance)));
        }
    }

    /** The same, to the end. */
    void runAll(Rules rules) {
        try (var own = Executors.newVirtualThreadPerTaskExecutor()) {
            due(rules).forEach(instance -> own.execute(() -> check(instance)));
        }
    }

    private List<Instance> due(Rules rules) {
        var now = clock.instant().getEpochSecond();
        begun.values().removeIf(at -> at < now - 7200);
        return rules.instances().stream()
                .filter(instance -> instance.settings().isChecked())
                .filter(instance -> {
                    var last = begun.get(instance.id());
                    return last == null || now - last >= instance.settings().healthCheckSeconds();
                })
                .peek(instance -> begun.put(instance.id(), now))
                .toList();
    }

    private void check(Instance instance) {
        try {
            room.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (instances.claimCheck(instance)) {
                var begun = clock.millis();
                var outcome = ask(instance);
                var well = outcome instanceof Upstream.Outcome.Answered(var answer) && answer.status() < 400;
                // Who stood still meanwhile had no ear for the answer, and who is busy may not have asked:
                // neither knows anything of the instance.
                if (well
                        || (clock.millis() - begun < STOOD_STILL_MILLIS
                                && !(outcome instanceof Upstream.Outcome.Unasked))) {
                    instances.checked(instance.id(), well);
                }
            }
        } catch (ApiException | SdkException e) {
            LOG.warn("The health of {} is not recorded", instance.settings().endpoint(), e);
        } finally {
            room.release();
        }
    }

    private Upstream.Outcome ask(Instance instance) {
        var settings = instance.settings();
        var call = new Upstream.Call(
                settings.protocol(),
                settings.host(),
                settings.port(),
                "GET",
                settings.healthCheckUrl(),
                List.of(new UpstreamAnswer.Header("User-Agent", "elevo-health-check")),
                new byte[0]);
        return upstream.ask(call, System.nanoTime() + TIMEOUT_NANOS);
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
