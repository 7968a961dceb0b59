package dev.elevo.agent.driver;

/**
 * What the processes of a slot take from the host.
 *
 * @param cpuNanos of processor time since the slot was started
 * @param memoryBytes without what the kernel would give back at once
 */
record Load(long cpuNanos, long memoryBytes, int processes) {}
