package dev.elevo.contract.agent;

import java.util.List;

/** The life of sandboxes on one host. Every call may be repeated: a second one finds the work done. */
public interface SandboxAgent {

    /** Makes and starts the sandbox, or answers with the one that is there. */
    SandboxStatus create(SandboxSpec spec);

    /** All sandboxes of the host, those that have ended included. */
    List<SandboxStatus> list();

    SandboxStatus get(String sandboxId);

    /** SIGTERM, then after the grace time SIGKILL. The files stay. */
    SandboxStatus stop(String sandboxId, StopSandbox stop);

    /** Ends the sandbox at once and removes its files. Deleting what is not there is success. */
    void delete(String sandboxId);

    HostInfo host();
}
