package dev.elevo.agent.metrics;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Usage;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxMetrics;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Measures sandboxes, and remembers what is {@linkplain #record recorded} beside the record of each. */
@Singleton
public final class Metrics {
    private static final String FILE = "metrics";
    private static final int MEGABYTE_SHIFT = 20;

    private final Path sandboxes;
    private final IsolationDriver driver;

    /** The processor's use at the last record of each. */
    private final Map<String, Reading> last = new ConcurrentHashMap<>();

    Metrics(AgentConfiguration configuration, IsolationDriver driver) {
        this.sandboxes = configuration.directory().resolve("sandboxes");
        this.driver = driver;
    }

    private record Reading(long atNanos, long cpuNanos) {}

    /** What it uses now; the processor since the last record, or without one since its start. */
    public SandboxMetrics measure(Measured sandbox) throws IOException {
        var usage = driver.usage(sandbox.slot(), sandbox.first());
        return sample(sandbox, System.nanoTime(), usage);
    }

    /** To be called every ten seconds while it runs. */
    public void record(Measured sandbox) throws IOException {
        var usage = driver.usage(sandbox.slot(), sandbox.first());
        var now = System.nanoTime();
        var sample = sample(sandbox, now, usage);
        last.put(sandbox.id(), new Reading(now, usage.cpuNanos()));
        new History(file(sandbox.id())).add(sample);
    }

    /** To be called when it goes on after a pause, which would look like idleness. */
    public void resumed(Measured sandbox) throws IOException {
        last.put(
                sandbox.id(),
                new Reading(
                        System.nanoTime(),
                        driver.usage(sandbox.slot(), sandbox.first()).cpuNanos()));
    }

    /** To be called when it does not run any more; what was recorded stays. */
    public void stopped(String id) {
        last.remove(id);
    }

    public List<SandboxMetrics> query(String id, MetricsQuery query) throws IOException {
        if (query.stepSeconds() < 1) {
            throw Failure.Invalid.field("stepSeconds", "must be at least 1", query.stepSeconds())
                    .asException();
        }
        return Steps.lastOfEach(new History(file(id)).between(query.start(), query.end()), query);
    }

    private Path file(String id) {
        return sandboxes.resolve(id).resolve(FILE);
    }

    private SandboxMetrics sample(Measured sandbox, long nowNanos, Usage usage) throws IOException {
        var now = Instant.ofEpochMilli(System.currentTimeMillis());
        var cores =
                Objects.requireNonNullElse(sandbox.resources().cpu(), Objects.requireNonNull(Resources.DEFAULT.cpu()));
        var megabytes = Objects.requireNonNullElse(
                sandbox.resources().memoryMB(), Objects.requireNonNull(Resources.DEFAULT.memoryMB()));
        var memory = (long) megabytes << MEGABYTE_SHIFT;
        var disk = driver.disk(sandbox.slot(), sandbox.resources());
        var reading = last.get(sandbox.id());
        var busy = usage.cpuNanos() - (reading == null ? 0 : reading.cpuNanos());
        var time =
                reading == null ? Duration.between(sandbox.startedAt(), now).toNanos() : nowNanos - reading.atNanos();
        return new SandboxMetrics(
                now,
                sandbox.frozen() ? 0 : Percent.of(busy, Math.round(time * cores)),
                cores,
                usage.memoryBytes(),
                memory,
                Percent.of(usage.memoryBytes(), memory),
                disk.used(),
                disk.total(),
                Percent.of(disk.used(), disk.total()),
                usage.receivedBytes(),
                usage.sentBytes(),
                usage.processes());
    }
}
