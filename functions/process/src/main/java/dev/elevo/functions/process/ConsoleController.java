package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.OneUseTokens;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.StreamAddress;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** The shell that all who look after a sandbox share. */
@Controller("/api/v1/sandboxes/{id}/console")
class ConsoleController {
    private static final String SCOPE = "sandbox:exec";

    private final SandboxAccess access;
    private final OutputStreams streams;
    private final OneUseTokens tokens;
    private final StreamAddress address;

    ConsoleController(SandboxAccess access, OutputStreams streams, OneUseTokens tokens, StreamAddress address) {
        this.access = access;
        this.streams = streams;
        this.tokens = tokens;
        this.address = address;
    }

    /** Its answer holds a token, hence the record of it. */
    @Get
    @NeedsScope(SCOPE)
    @Audited("console.url")
    ConsoleAddress getConsole(HttpRequest<?> request, Principal caller, String id) {
        var sandbox = access.enter(caller.organizationId(), id);
        var path = "/api/v1/sandboxes/" + sandbox.id() + "/console/ws";
        var token = tokens.issue(request, caller, SCOPE, path);
        return new ConsoleAddress(address.of(request, path, token.text()), token.text(), token.expiresAt());
    }

    @Get("/ws")
    @NeedsScope(SCOPE)
    @Fails({ErrorCode.PTY_CONNECTION_FAILED, ErrorCode.NOT_IMPLEMENTED})
    HttpResponse<?> connectConsole(HttpRequest<?> request, Principal caller, String id) {
        var handshake = Handshake.of(request);
        streams.open(handshake, caller, id, Query.read(request, OutputStreams::console));
        return HttpResponse.ok();
    }
}
