package dev.elevo.agent.process;

/**
 * What had been killed in a sandbox when one of its processes started: what was killed later may have been this one.
 *
 * @param forMemory by the kernel
 * @param reliefs from fork bombs, each of which killed everything
 */
record KillsBefore(long forMemory, int reliefs) {}
