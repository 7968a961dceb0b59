package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.AgentRoutes;
import dev.elevo.platform.git.GitAnswers;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Objects;

@Controller("/api/v1/sandboxes/{id}/process")
class ProcessController {
    private static final List<String> STREAMS = List.of("stdout", "stderr", "both");
    private static final List<String> ENCODINGS = List.of("utf-8", "base64");
    private static final List<String> SIGNALS =
            List.of("SIGTERM", "SIGKILL", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGSTOP");
    private static final int MOST_OUTPUT = 1_048_576;
    private static final int KILL_WAIT_MS = 5000;
    private static final int MOST_KILL_WAIT_MS = 60_000;
    private static final int MOST_PATTERN = 1000;
    private static final int MOST_USER = 32;

    private final ProcessService processes;
    private final Deployment deployment;
    private final GitAnswers git;

    ProcessController(ProcessService processes, Deployment deployment, GitAnswers git) {
        this.git = git;
        this.processes = processes;
        this.deployment = deployment;
    }

    @Post("/run")
    @NeedsScope("sandbox:exec")
    @Replies(RunResult.class)
    @Replies(status = 202, value = StillRunning.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.PROCESS_KILLED,
        ErrorCode.COMMAND_FAILED,
        ErrorCode.RESOURCE_EXHAUSTED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("process.run")
    HttpResponse<?> runCommand(HttpRequest<?> request, Principal caller, String id, @Body @Valid RunRequest body) {
        return Answers.of(id, processes.run(caller, id, body, IdempotencyKey.onceKey(request, caller)));
    }

    /** Nobody streams through a function: the answer says where the stream is, and a gateway that can goes there itself. */
    @Post("/run/stream")
    @NeedsScope("sandbox:exec")
    @Replies(value = String.class, media = "text/event-stream")
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.PROCESS_KILLED,
        ErrorCode.COMMAND_FAILED,
        ErrorCode.RESOURCE_EXHAUSTED,
        ErrorCode.NOT_IMPLEMENTED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("process.run")
    HttpResponse<?> streamCommand(Principal caller, String id, @Body @Valid RunRequest body) {
        return HttpResponse.status(HttpStatus.TEMPORARY_REDIRECT)
                .header(HttpHeaders.LOCATION, processes.stream(caller, id, body))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(AgentRoutes.RELAY_HEADER, "stream");
    }

    @Post("/spawn")
    @NeedsScope("sandbox:exec")
    @Replies(status = 201, value = Spawned.class)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_A_DIRECTORY, ErrorCode.COMMAND_FAILED, ErrorCode.RESOURCE_EXHAUSTED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("process.spawn")
    HttpResponse<?> spawnCommand(HttpRequest<?> request, Principal caller, String id, @Body @Valid SpawnRequest body) {
        var spawned = processes.spawn(caller, id, body, IdempotencyKey.onceKey(request, caller));
        return Answers.located(HttpResponse.status(HttpStatus.CREATED), id, spawned.pid())
                .body(spawned);
    }

    @Get
    @NeedsScope("sandbox:exec")
    Page<ProcessInfo> listProcesses(HttpRequest<?> request, Principal caller, String id) {
        record Wanted(ProcessQuery processes, Listed listed) {}
        var wanted = Query.read(
                request,
                query -> new Wanted(
                        new ProcessQuery(
                                query.text("user", 1, MOST_USER),
                                query.text("command", 1, MOST_PATTERN),
                                query.bool("includeSystem", false),
                                query.bool("includeExited", false)),
                        Listed.read(query)));
        return wanted.listed().of(processes.list(caller, id, wanted.processes()));
    }

    @Get("/{pid}")
    @NeedsScope("sandbox:exec")
    @Fails(ErrorCode.PROCESS_NOT_FOUND)
    ProcessInfo getProcess(Principal caller, String id, int pid) {
        return processes.get(caller, id, pid);
    }

    @Delete("/{pid}")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.PROCESS_NOT_FOUND, ErrorCode.PROCESS_TIMEOUT})
    @Audited("process.kill")
    Killed killProcess(HttpRequest<?> request, Principal caller, String id, int pid) {
        var most = Math.min(MOST_KILL_WAIT_MS, deployment.maxWaitMs());
        var how = Query.read(
                request,
                query -> new Kill(
                        Objects.requireNonNullElse(query.oneOf("signal", SIGNALS), SIGNALS.getFirst()),
                        query.bool("wait", false),
                        Math.min(most, query.integer("timeoutMs", KILL_WAIT_MS, 1, MOST_KILL_WAIT_MS))));
        return processes.kill(caller, id, pid, how, IdempotencyKey.onceKey(request, caller));
    }

    @Post("/{pid}/write")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.PROCESS_NOT_FOUND, ErrorCode.STDIN_CLOSED})
    @Audited("process.write")
    Written writeToProcess(
            HttpRequest<?> request, Principal caller, String id, int pid, @Body @Valid WriteRequest body) {
        return processes.write(caller, id, pid, body, IdempotencyKey.onceKey(request, caller));
    }

    @Get("/{pid}/result")
    @NeedsScope("sandbox:exec")
    @Replies(Object.class)
    @Replies(status = 201, value = Object.class)
    @Replies(status = 202, value = StillRunning.class)
    @Replies(status = 204, value = Void.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.NOT_A_DIRECTORY,
        ErrorCode.PROCESS_NOT_FOUND,
        ErrorCode.PROCESS_KILLED,
        ErrorCode.COMMAND_FAILED,
        // What a call of git that took longer would have given.
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.PERMISSION_DENIED,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.INVALID_PATH,
        ErrorCode.GIT_ERROR,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_CLONE_FAILED,
        ErrorCode.GIT_COMMIT_FAILED,
        ErrorCode.GIT_PUSH_FAILED,
        ErrorCode.GIT_PULL_FAILED,
        ErrorCode.GIT_MERGE_CONFLICT,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_REMOTE_NOT_FOUND,
        ErrorCode.GIT_DIRTY_WORKTREE,
        ErrorCode.GIT_BRANCH_EXISTS
    })
    HttpResponse<?> getResult(HttpRequest<?> request, Principal caller, String id, int pid) {
        var most = deployment.maxWaitMs();
        var waitMs = Query.read(request, query -> query.integer("waitMs", most, 0, most));
        var answer = processes.result(caller, id, pid, waitMs);
        // Who started a tool of ours is told what the call would have told him.
        return answer instanceof RunResult result && result.mark() != null
                ? git.of(result, result.mark())
                : Answers.of(id, answer);
    }

    @Get("/{pid}/output")
    @NeedsScope("sandbox:exec")
    @Fails(ErrorCode.PROCESS_NOT_FOUND)
    OutputPage getOutput(HttpRequest<?> request, Principal caller, String id, int pid) {
        var wanted = Query.read(
                request,
                query -> new OutputQuery(
                        query.oneOf("stream", STREAMS),
                        query.text("cursor"),
                        query.integer("limit", OutputQuery.DEFAULT_LIMIT, 1, MOST_OUTPUT),
                        query.integer("waitMs", 0, 0, deployment.maxWaitMs()),
                        query.oneOf("encoding", ENCODINGS)));
        return processes.output(caller, id, pid, wanted);
    }
}
