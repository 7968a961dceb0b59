package dev.elevo.contract.agent;

import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes inside one sandbox. */
public interface ProcessAgent extends SessionAgent {

    /**
     * Runs a command and waits for it as long as the request says.
     *
     * @param onceKey two calls with the same key start one process; both get its answer
     */
    RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey);

    /** Starts a command and leaves it to itself. */
    Spawned spawn(String sandboxId, SpawnRequest request, @Nullable String onceKey);

    /** As {@link #run}, of a program given as text; 4008 where the sandbox does not have its language. */
    RunAnswer runCode(String sandboxId, CodeRunRequest request, @Nullable String onceKey);

    /** As {@link #run}, for the control plane itself; the result has the mark of the run. */
    RunAnswer runTool(String sandboxId, ToolRun tool, @Nullable String onceKey);

    /** By their pids; the ended ones last. */
    List<ProcessInfo> list(String sandboxId, ProcessQuery query);

    /** Signals the process group; a call repeated with its key signals once. */
    Killed kill(String sandboxId, int pid, Kill how, @Nullable String onceKey);

    /** Feeds an open stdin; a call repeated with its key feeds once. 9006 where the process takes nothing. */
    Written write(String sandboxId, int pid, WriteRequest request, @Nullable String onceKey);

    /**
     * Takes a command in that somebody is about to run at the agent itself, reading its output as it comes.
     *
     * @return the agent's path that runs it: once, and for a minute
     */
    String streamTicket(String sandboxId, RunRequest request);

    ProcessInfo get(String sandboxId, int pid);

    RunAnswer result(String sandboxId, int pid, int waitMs);

    OutputPage output(String sandboxId, int pid, OutputQuery query);
}
