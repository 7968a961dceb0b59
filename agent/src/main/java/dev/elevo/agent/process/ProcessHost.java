package dev.elevo.agent.process;

import dev.elevo.contract.agent.SandboxSpec;
import java.nio.file.Path;

/**
 * A sandbox as this package sees it.
 *
 * @param helperSocket where the sandbox's pid 1 listens
 * @param stateDirectory on the host, for this package alone; it is gone when the sandbox is deleted
 */
public record ProcessHost(SandboxSpec spec, boolean running, Path helperSocket, Path stateDirectory) {}
