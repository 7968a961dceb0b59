package dev.elevo.agent.driver;

/**
 * How full a sandbox's disk is, in bytes. Where {@code enforced} says that it has none of its own, it is the host's.
 *
 * @param total what it can hold in the end: what a file system keeps for itself is not counted
 */
public record DiskUsage(long used, long total) {}
