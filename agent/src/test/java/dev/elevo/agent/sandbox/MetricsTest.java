package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class MetricsTest {
    private static final Resources SMALL = new Resources(1.0, 256, 10, 0, null);

    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void a_busy_sandbox_shows_as_busy_and_an_idle_one_as_idle() throws Exception {
        agent.requireEnforced("cpu");
        var busy = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        var idle = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        agent.processes().run(busy, spin(), null);
        sampler().sample();
        var meter = new Meter(busy);
        await("time to pass", () -> meter.age().toMillis() > 1000);

        var used = now(busy).cpuUsagePercent();
        assertThat(used).isCloseTo(meter.percent(), withinPercentage(30));
        assertThat(now(idle).cpuUsagePercent()).isLessThan(used / 2);
        assertThat(now(busy).processCount()).isEqualTo(2);
        assertThat(now(busy).memoryTotal()).isEqualTo(256L << 20);
        // A file system takes some of it for itself; without one of its own it is the host's.
        assertThat(now(busy).diskTotal()).isGreaterThan(9L << 30);
    }

    /** Files that were read are kept in memory as long as nobody else wants it: that is no use of the sandbox. */
    @Test
    void memory_that_is_only_lent_to_files_does_not_count() {
        agent.requireEnforced("memory");
        var id = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));

        agent.run(id, "head -c 100000000 /dev/zero > big; sync; cat big > /dev/null");

        assertThat(now(id).memoryUsed()).isLessThan(80L << 20);
    }

    @Test
    void traffic_is_counted_from_each_start_on() {
        agent.requireRoot();
        var id = agent.create();
        agent.run(id, "for i in 1 2 3 4 5; do echo hello > /dev/udp/8.8.4.4/9; done");
        assertThat(now(id).networkTxBytes()).isPositive();

        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));
        agent.sandboxes().start(id, Deadline.NEVER);

        assertThat(now(id).networkTxBytes()).isLessThan(5000);
    }

    @Test
    @Tag("slow")
    void what_was_sampled_outlives_a_stop_and_the_agent() {
        var id = agent.create();
        sampler().sample();
        agent.sandboxes().stop(id, new StopSandbox(0, EndReason.REQUESTED));
        sampler().sample();

        agent.restart();

        assertThat(day(id)).hasSize(1);
        assertThat(day(id).getFirst().processCount()).isPositive();
        assertThat(agent.sandboxes().measure(id)).isEmpty();
    }

    @Test
    @Tag("slow")
    void a_paused_sandbox_is_not_sampled_and_its_pause_is_not_taken_for_idleness() throws Exception {
        agent.requireEnforced("cpu");
        var id = agent.create(RealAgent.spec(SMALL, RealAgent.OFFLINE));
        agent.processes().run(id, spin(), null);
        agent.sandboxes().pause(id);
        sampler().sample();
        assertThat(day(id)).isEmpty();
        var frozenAt = Instant.now();
        await("time to pass", () -> Instant.now().isAfter(frozenAt.plusMillis(2500)));

        agent.sandboxes().resume(id, Deadline.NEVER);
        var meter = new Meter(id);
        await("time to pass", () -> meter.age().toMillis() > 500);

        assertThat(now(id).cpuUsagePercent()).isCloseTo(meter.percent(), withinPercentage(30));
    }

    /** The truth, whatever share of the machine a sandbox gets beside all that runs there. */
    private final class Meter {
        private final String id;
        private final long beganAt = System.nanoTime();
        private final long usedBefore;

        Meter(String id) throws IOException {
            this.id = id;
            this.usedBefore = used();
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - beganAt);
        }

        double percent() throws IOException {
            return 100.0 * (used() - usedBefore) / age().toNanos();
        }

        private long used() throws IOException {
            var measured = agent.context().getBean(Residents.class).measured(id).orElseThrow();
            return agent.context()
                    .getBean(IsolationDriver.class)
                    .usage(measured.slot(), measured.first())
                    .cpuNanos();
        }
    }

    private Sampler sampler() {
        return agent.context().getBean(Sampler.class);
    }

    private SandboxMetrics now(String id) {
        return agent.sandboxes().measure(id).orElseThrow();
    }

    private List<SandboxMetrics> day(String id) {
        var end = Instant.now().plusSeconds(1);
        return agent.sandboxes().metrics(id, new MetricsQuery(end.minus(Duration.ofDays(1)), end, 1));
    }

    private static RunRequest spin() {
        return new RunRequest(
                "while :; do :; done", null, null, null, null, null, null, null, null, 0, null, null, null);
    }
}
