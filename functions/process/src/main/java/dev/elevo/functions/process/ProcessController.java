package dev.elevo.functions.process;

import dev.elevo.contract.RateClass;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.util.List;

@Controller("/api/v1/sandboxes/{id}/process")
class ProcessController {
    private static final List<String> STREAMS = List.of("stdout", "stderr", "both");
    private static final List<String> ENCODINGS = List.of("utf-8", "base64");
    private static final int MOST_OUTPUT = 1_048_576;

    private final ProcessService processes;
    private final Deployment deployment;

    ProcessController(ProcessService processes, Deployment deployment) {
        this.processes = processes;
        this.deployment = deployment;
    }

    @Post("/run")
    @NeedsScope("sandbox:exec")
    @RateLimited(RateClass.EXEC)
    @Audited("process.run")
    HttpResponse<?> runCommand(HttpRequest<?> request, Principal caller, String id, @Body @Valid RunRequest body) {
        var onceKey =
                IdempotencyKey.of(request, caller).map(IdempotencyKey::hash).orElse(null);
        return answer(id, processes.run(caller, id, body, onceKey));
    }

    @Get("/{pid}")
    @NeedsScope("sandbox:exec")
    ProcessInfo getProcess(Principal caller, String id, int pid) {
        return processes.get(caller, id, pid);
    }

    @Get("/{pid}/result")
    @NeedsScope("sandbox:exec")
    HttpResponse<?> getResult(HttpRequest<?> request, Principal caller, String id, int pid) {
        var most = deployment.maxWaitMs();
        var waitMs = Query.read(request, query -> query.integer("waitMs", most, 0, most));
        return answer(id, processes.result(caller, id, pid, waitMs));
    }

    @Get("/{pid}/output")
    @NeedsScope("sandbox:exec")
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

    /** 200 with the result; 202 and where to ask for it while the command still runs. */
    private static HttpResponse<?> answer(String id, RunAnswer answer) {
        return switch (answer) {
            case RunResult result -> HttpResponse.ok(result);
            case StillRunning running ->
                HttpResponse.accepted()
                        .header(HttpHeaders.LOCATION, "/api/v1/sandboxes/" + id + "/process/" + running.pid())
                        .body(running);
        };
    }
}
