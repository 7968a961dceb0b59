package dev.elevo.agent.driver;

/**
 * What a slot has used.
 *
 * @param cpuNanos of processor time since it was started
 * @param memoryBytes now, without what the kernel would give back at once
 * @param processes now
 * @param receivedBytes by its network since it was started; 0 where it has none of its own
 * @param sentBytes likewise
 */
public record Usage(long cpuNanos, long memoryBytes, int processes, long receivedBytes, long sentBytes) {
    static Usage of(Load load, Traffic traffic) {
        return new Usage(
                load.cpuNanos(), load.memoryBytes(), load.processes(), traffic.receivedBytes(), traffic.sentBytes());
    }
}
