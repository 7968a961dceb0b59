package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.files.WatchOptions;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.streams.AgentStreams;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.StreamAddress;
import dev.elevo.platform.streams.StreamTicket;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;

/** Takes in who wants to be told what changes among the files. */
@Controller("/api/v1/sandboxes/{id}/files/watch")
class WatchController {
    private final SandboxAccess access;
    private final AgentStreams streams;
    private final JsonMapper json;

    WatchController(SandboxAccess access, AgentStreams streams, JsonMapper json) {
        this.access = access;
        this.streams = streams;
        this.json = json;
    }

    @Get
    @NeedsScope("files:read")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_IMPLEMENTED})
    HttpResponse<?> watchFiles(HttpRequest<?> request, Principal caller, String id) {
        var handshake = Handshake.of(request);
        var target = target(request);
        streams.open(handshake, access.enter(caller.organizationId(), id), target);
        return HttpResponse.ok();
    }

    @Post("/ticket")
    @NeedsScope("files:read")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_IMPLEMENTED})
    @RateLimited(RateClass.READ)
    @Audited("files.watch.ticket")
    HttpResponse<StreamTicket> createWatchTicket(HttpRequest<?> request, Principal caller, String id) {
        var target = target(request);
        var ticket = streams.ticket(access.enter(caller.organizationId(), id), target);
        return HttpResponse.<StreamTicket>status(HttpStatus.CREATED)
                .body(StreamTicket.of(ticket, StreamAddress.direct(request)));
    }

    /** Without a path nothing is watched until a message asks for it. */
    private StreamTarget target(HttpRequest<?> request) {
        return Query.read(request, query -> {
            var parameters = new HashMap<String, String>();
            var user = FileQuery.user(query);
            if (user != null) {
                parameters.put(StreamTarget.USER, user);
            }
            if (query.has("path")) {
                parameters.put(StreamTarget.OPTIONS, spell(options(query)));
            }
            return new StreamTarget(StreamTarget.WATCH, parameters);
        });
    }

    private static WatchOptions options(Query query) {
        var exclude = query.globs("exclude");
        if (exclude.size() > WatchOptions.MOST_GLOBS) {
            query.refuse("exclude", "must be at most " + WatchOptions.MOST_GLOBS, null);
        }
        return new WatchOptions(
                query.path(),
                query.bool("recursive", false),
                query.words("events", WatchOptions.EVENTS),
                query.text("include", 1, WatchOptions.LONGEST_GLOB),
                exclude,
                query.integer("timeoutMs", 0, 0, Integer.MAX_VALUE));
    }

    private String spell(WatchOptions options) {
        try {
            return json.writeValueAsString(options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
