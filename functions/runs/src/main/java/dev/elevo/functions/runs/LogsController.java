package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.run.Accepted;
import dev.elevo.contract.run.ReportLines;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.streams.Handshake;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/runs/{id}/logs")
class LogsController {
    private static final int DEFAULT_TAIL = 1000;
    private static final int MOST_TAIL = 10_000;

    private final RunService runs;
    private final RunLog log;
    private final LogStream stream;
    private final LogWakeups wakeups;

    LogsController(RunService runs, RunLog log, LogStream stream, LogWakeups wakeups) {
        this.runs = runs;
        this.log = log;
        this.stream = stream;
        this.wakeups = wakeups;
    }

    @Post
    @NeedsScope("run:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("run.logs")
    Accepted reportLines(HttpRequest<?> request, Principal caller, String id, @Body @Valid ReportLines wanted) {
        RunRules.check(wanted.lines());
        var run = new RunKey(caller.organizationId(), id);
        var lines = wanted.lines().stream().map(LogsController::bare).toList();
        Reports.check(id, log.append(run, lines, IdempotencyKey.onceKey(request, caller)));
        wakeups.changed(run);
        return Accepted.of(lines.size(), "lines");
    }

    /** The newline is the stream's to add. */
    private static String bare(String line) {
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    private record Wanted(int tail, @Nullable String cursor) {}

    @Get("/ws")
    @NeedsScope("run:read")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    HttpResponse<?> connectRunLogs(HttpRequest<?> request, Principal caller, String id) {
        var handshake = Handshake.of(request);
        var wanted = Query.read(
                request, query -> new Wanted(query.integer("tail", DEFAULT_TAIL, 0, MOST_TAIL), query.text("cursor")));
        stream.open(handshake, RunKey.of(runs.get(caller, id)), wanted.tail(), wanted.cursor());
        return HttpResponse.ok();
    }
}
