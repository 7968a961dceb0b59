package dev.elevo.contract.agent;

import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import org.jspecify.annotations.Nullable;

/** Processes inside one sandbox. */
public interface ProcessAgent {

    /**
     * Runs a command and waits for it as long as the request says.
     *
     * @param onceKey two calls with the same key start one process; both get its answer
     */
    RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey);

    ProcessInfo get(String sandboxId, int pid);

    RunAnswer result(String sandboxId, int pid, int waitMs);

    OutputPage output(String sandboxId, int pid, OutputQuery query);
}
