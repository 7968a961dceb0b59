package dev.elevo.functions.git;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.git.GitAnswers;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.lambda.AnswerSize;
import dev.elevo.platform.sandbox.SandboxAccess;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs git in the caller's running sandboxes: one question to the agent for each call. */
@Singleton
class GitService {
    private final SandboxAccess access;
    private final Engine engine;
    private final GitAnswers answers;
    private final Deployment deployment;

    GitService(SandboxAccess access, Engine engine, GitAnswers answers, Deployment deployment) {
        this.access = access;
        this.engine = engine;
        this.answers = answers;
        this.deployment = deployment;
    }

    int mostWaitMs() {
        return deployment.maxWaitMs();
    }

    /** The answer of the call; 202 while its git still runs. */
    HttpResponse<?> run(
            HttpRequest<?> request, Principal caller, String idOrName, GitRun run, @Nullable Integer waitMs) {
        var tool = new ToolRun(
                run.name(),
                run.line(),
                run.directory(),
                run.environment(),
                run.timeoutMs(),
                Objects.requireNonNullElse(waitMs, mostWaitMs()),
                AnswerSize.MOST_BINARY_BYTES,
                run.input(),
                answers.mark(run.call));
        var onceKey = IdempotencyKey.onceKey(request, caller);
        var answer = access.inside(caller.organizationId(), idOrName, sandboxId -> {
            try {
                return engine.processes(sandboxId).runTool(sandboxId, tool, onceKey);
            } catch (ApiException e) {
                throw translated(e, tool);
            }
        });
        return switch (answer) {
            case RunResult result -> answers.of(result, tool.mark());
            case StillRunning running ->
                HttpResponse.accepted()
                        .header(HttpHeaders.LOCATION, "/api/v1/sandboxes/" + idOrName + "/process/" + running.pid())
                        .body(running);
        };
    }

    /** The agent could not enter the directory, which to it is a command that cannot be started. */
    private static RuntimeException translated(ApiException e, ToolRun tool) {
        return e.failure().code() == ErrorCode.COMMAND_FAILED
                        && e.failure().details().containsKey("path")
                ? new Failure.Refused(
                                ErrorCode.PERMISSION_DENIED,
                                "The directory may not be entered by this user",
                                Map.of("path", tool.cwd()))
                        .causedBy(e)
                : e;
    }
}
