package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;

@Controller("/api/v1/sandboxes/{id}/code")
class CodeController {
    private final ProcessService processes;

    CodeController(ProcessService processes) {
        this.processes = processes;
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
        ErrorCode.LANGUAGE_NOT_SUPPORTED,
        ErrorCode.RESOURCE_EXHAUSTED
    })
    @RateLimited(RateClass.EXEC)
    @Audited("code.run")
    HttpResponse<?> runCode(HttpRequest<?> request, Principal caller, String id, @Body @Valid CodeRunRequest body) {
        return Answers.of(id, processes.runCode(caller, id, body, IdempotencyKey.onceKey(request, caller)));
    }
}
