package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.StreamTicket;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;

/** What a process writes, as it writes it. */
@Controller("/api/v1/sandboxes/{id}/process/{pid}")
class ProcessStreamController {
    private final OutputStreams streams;

    ProcessStreamController(OutputStreams streams) {
        this.streams = streams;
    }

    @Get("/stream")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.PROCESS_NOT_FOUND, ErrorCode.NOT_IMPLEMENTED})
    HttpResponse<?> streamProcess(HttpRequest<?> request, Principal caller, String id, int pid) {
        var handshake = Handshake.of(request);
        streams.open(handshake, caller, id, Query.read(request, query -> OutputStreams.process(pid, query)));
        return HttpResponse.ok();
    }

    @Post("/ticket")
    @NeedsScope("sandbox:exec")
    @Fails({ErrorCode.PROCESS_NOT_FOUND, ErrorCode.NOT_IMPLEMENTED})
    @RateLimited(RateClass.READ)
    @Audited("process.ticket")
    HttpResponse<StreamTicket> createProcessTicket(HttpRequest<?> request, Principal caller, String id, int pid) {
        var target = Query.read(request, query -> OutputStreams.process(pid, query));
        return streams.ticket(request, caller, id, target);
    }
}
