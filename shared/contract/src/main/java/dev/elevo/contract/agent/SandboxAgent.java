package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import java.util.List;
import java.util.Optional;

/** The life of sandboxes on one host. Every call may be repeated: a second one finds the work done. */
public interface SandboxAgent {

    /** Makes and starts the sandbox, or answers with the one that is there. */
    SandboxStatus create(SandboxSpec spec);

    /** All sandboxes of the host, those that have ended included. */
    List<SandboxStatus> list();

    SandboxStatus get(String sandboxId);

    /** Starts one that has ended, with its files as they were; one that runs or is paused is answered as it is. */
    SandboxStatus start(String sandboxId, Deadline deadline);

    /** SIGTERM, then after the grace time SIGKILL. The files stay. */
    SandboxStatus stop(String sandboxId, StopSandbox stop);

    /** Freezes every process where it is; its clock stands still. 2003 for one that has ended, 9007 where nothing can be frozen. */
    SandboxStatus pause(String sandboxId);

    /** Its processes go on. 2008 for one that has ended. */
    SandboxStatus resume(String sandboxId, Deadline deadline);

    SandboxStatus setDeadline(String sandboxId, Deadline deadline);

    /** In force at once, also for what is connected already; 9007 for what this host does not offer. */
    SandboxStatus setNetwork(String sandboxId, NetworkConfig network);

    /** The samples of the query, oldest first; of the last 24 hours, also from before the sandbox was stopped. */
    List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query);

    /** One sample taken now; empty when nothing runs. */
    Optional<SandboxMetrics> measure(String sandboxId);

    /**
     * Makes sandboxes with the files that the given one has at this moment, running or paused, which goes on. All of them or none;
     * when all are there already they are the answer. 2003 for one that has ended, 9007 where files cannot be copied so.
     */
    List<SandboxStatus> fork(String sandboxId, List<SandboxSpec> forks);

    /** Ends the sandbox at once and removes its files. Deleting what is not there is success. */
    void delete(String sandboxId);

    HostInfo host();
}
