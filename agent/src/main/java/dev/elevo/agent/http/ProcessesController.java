package dev.elevo.agent.http;

import dev.elevo.agent.process.Processes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.StreamTicket;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
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

    @Post("/tool")
    HttpResponse<? extends RunAnswer> runTool(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body ToolRun tool) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return answer(processes.runTool(sandboxId, tool, onceKey));
    }

    @Post("/spawn")
    Spawned spawnCommand(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body SpawnRequest request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.spawn(sandboxId, request, onceKey);
    }

    @Post("/code")
    HttpResponse<? extends RunAnswer> runCode(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body CodeRunRequest request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return answer(processes.runCode(sandboxId, request, onceKey));
    }

    @Post("/stream")
    StreamTicket issueStreamTicket(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body RunRequest request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return new StreamTicket(processes.streamTicket(sandboxId, request));
    }

    @Post("/list")
    List<ProcessInfo> listProcesses(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body ProcessQuery query) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.list(sandboxId, query);
    }

    @Post("/{pid}/kill")
    Killed killProcess(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            int pid,
            @Body Kill how) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.kill(sandboxId, pid, how, onceKey);
    }

    @Post("/{pid}/write")
    Written writeToProcess(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            int pid,
            @Body WriteRequest request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.write(sandboxId, pid, request, onceKey);
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

    static HttpResponse<? extends RunAnswer> answer(RunAnswer answer) {
        return switch (answer) {
            case RunResult result -> HttpResponse.ok(result);
            case StillRunning running -> HttpResponse.accepted().body(running);
        };
    }
}
