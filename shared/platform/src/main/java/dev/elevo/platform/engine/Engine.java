package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import java.util.List;
import java.util.Optional;

/** Gets sandboxes from somewhere. Every call may be repeated. Where the place does not answer: 9002. */
public interface Engine {

    /** What sandboxes of this engine can be: templates, isolation, limits. May be some seconds old. */
    HostInfo offer();

    /** Makes and starts the sandbox, or answers with the one that is there. */
    SandboxStatus create(SandboxSpec spec);

    /** With the files as they were; one that runs or is paused is answered as it is. */
    SandboxStatus start(String sandboxId, Deadline deadline);

    /** The files stay. */
    SandboxStatus stop(String sandboxId, StopSandbox how);

    /** Memory and processes stay, and stand still. */
    SandboxStatus pause(String sandboxId);

    SandboxStatus resume(String sandboxId, Deadline deadline);

    SandboxStatus setDeadline(String sandboxId, Deadline deadline);

    SandboxStatus setNetwork(String sandboxId, NetworkConfig network);

    SandboxStatus get(String sandboxId);

    /** The samples of the query, oldest first. */
    List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query);

    /** One sample taken now; empty when nothing runs. */
    Optional<SandboxMetrics> measure(String sandboxId);

    /** Also when there is nothing to delete. */
    void delete(String sandboxId);

    /** All there are, those that have ended included. */
    List<SandboxStatus> list();

    /** The agent that speaks for this sandbox's processes. */
    ProcessAgent processes(String sandboxId);

    /** The agent that speaks for this sandbox's files. */
    FileAgent files(String sandboxId);

    /** The agent that searches among this sandbox's files. */
    SearchAgent search(String sandboxId);

    /** The agent that speaks with this sandbox's language servers. */
    LspAgent languageServers(String sandboxId);

    /** The agent that speaks for this sandbox's terminals. */
    PtyAgent ptys(String sandboxId);

    /** The agent that serves streams out of this sandbox. */
    StreamAgent streams(String sandboxId);
}
