package dev.elevo.platform.engine;

import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.agent.VolumeAgent;

/** Gets sandboxes from somewhere, and knows who speaks for what is inside each. Where the place does not answer: 9002. */
public interface Engine {

    /** What sandboxes of this engine can be: templates, isolation, limits. May be some seconds old. */
    HostInfo offer();

    /** Who makes sandboxes, and ends them. */
    SandboxAgent sandboxes();

    /** Who takes snapshots of sandboxes, and has them ready for new ones. */
    SnapshotAgent snapshots();

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

    /** Who keeps volumes. */
    VolumeAgent volumes();

    /** What is due where sandboxes come from, whatever is recorded of them; every minute. */
    default void tend() {}
}
