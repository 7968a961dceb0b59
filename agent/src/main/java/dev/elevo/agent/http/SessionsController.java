package dev.elevo.agent.http;

import dev.elevo.agent.process.Processes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions inside one sandbox. */
@Controller(AgentPaths.SESSIONS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class SessionsController {
    private final Gate gate;
    private final Processes processes;

    SessionsController(Gate gate, Processes processes) {
        this.gate = gate;
        this.processes = processes;
    }

    @Post
    Session createSession(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            @Body CreateSession request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.createSession(sandboxId, request, onceKey);
    }

    @Get
    List<Session> listSessions(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.sessions(sandboxId);
    }

    @Get("/{sessionId}")
    Session getSession(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, String sessionId) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return processes.session(sandboxId, sessionId);
    }

    @Delete("/{sessionId}")
    @Status(HttpStatus.NO_CONTENT)
    void deleteSession(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            String sessionId) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        processes.deleteSession(sandboxId, sessionId, onceKey);
    }

    @Post("/{sessionId}/exec")
    HttpResponse<? extends RunAnswer> execInSession(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.ONCE_HEADER) @Nullable String onceKey,
            String sandboxId,
            String sessionId,
            @Body SessionExec request) {
        gate.admit(capability, sandboxId, Operation.PROCESS);
        return ProcessesController.answer(processes.exec(sandboxId, sessionId, request, onceKey));
    }
}
