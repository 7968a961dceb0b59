package dev.elevo.agent.http;

import dev.elevo.agent.process.Processes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Processes inside one sandbox. */
@Controller(AgentPaths.PROCESSES)
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProcessesController {
    private final Gate gate;
    private final Processes processes;

    ProcessesController(Gate gate, Processes processes) {
        this.gate = gate;
        this.processes = processes;
    }

    @Post
    HttpResponse<? extends RunAnswer> runCommand(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body RunRequest request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return answer(processes.run(sandboxId, request, onceKey));
    }

    @Get("/{pid}")
    ProcessInfo getProcess(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, int pid) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.get(sandboxId, pid);
    }

    @Get("/{pid}/result")
    HttpResponse<? extends RunAnswer> getResult(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            int pid,
            @QueryValue(defaultValue = "25000") int waitMs) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return answer(processes.result(sandboxId, pid, waitMs));
    }

    @Get("/{pid}/output")
    OutputPage getOutput(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            int pid,
            @QueryValue @Nullable String stream,
            @QueryValue @Nullable String cursor,
            @QueryValue @Nullable Integer limit,
            @QueryValue @Nullable Integer waitMs,
            @QueryValue @Nullable String encoding) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.output(sandboxId, pid, new OutputQuery(stream, cursor, limit, waitMs, encoding));
    }

    private static HttpResponse<? extends RunAnswer> answer(RunAnswer answer) {
        return switch (answer) {
            case RunResult result -> HttpResponse.ok(result);
            case StillRunning running -> HttpResponse.accepted().body(running);
        };
    }
}
