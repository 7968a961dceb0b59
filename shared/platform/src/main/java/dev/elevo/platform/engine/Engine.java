package dev.elevo.platform.engine;

import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import java.util.List;

/** Gets sandboxes from somewhere. Every call may be repeated. Where the place does not answer: 9002. */
public interface Engine {

    /** What sandboxes of this engine can be: templates, isolation, limits. May be some seconds old. */
    HostInfo offer();

    /** Makes and starts the sandbox, or answers with the one that is there. */
    SandboxStatus create(SandboxSpec spec);

    /** The files stay. */
    SandboxStatus stop(String sandboxId, StopSandbox how);

    /** Also when there is nothing to delete. */
    void delete(String sandboxId);

    /** All there are, those that have ended included. */
    List<SandboxStatus> list();

    /** The agent that speaks for this sandbox's processes. */
    ProcessAgent processes(String sandboxId);
}
