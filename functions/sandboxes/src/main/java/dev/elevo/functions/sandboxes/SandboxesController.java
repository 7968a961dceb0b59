package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/sandboxes")
class SandboxesController {
    private static final String PATH = "/api/v1/sandboxes/";

    private final SandboxService sandboxes;
    private final SandboxView view;
    private final Paging paging;

    SandboxesController(SandboxService sandboxes, SandboxView view, Paging paging) {
        this.sandboxes = sandboxes;
        this.view = view;
        this.paging = paging;
    }

    @Post
    @NeedsScope({"sandbox:write", "sandbox:create"})
    @Fails({
        ErrorCode.SANDBOX_ALREADY_EXISTS,
        ErrorCode.SANDBOX_LIMIT_EXCEEDED,
        ErrorCode.SANDBOX_CREATION_FAILED,
        ErrorCode.TEMPLATE_NOT_FOUND,
        ErrorCode.SNAPSHOT_NOT_FOUND,
        ErrorCode.SNAPSHOT_IN_USE,
        ErrorCode.VOLUME_NOT_FOUND,
        ErrorCode.VOLUME_IN_USE,
        ErrorCode.RESOURCE_EXHAUSTED,
        ErrorCode.NOT_IMPLEMENTED
    })
    @RateLimited(RateClass.SANDBOX_CREATE)
    @Audited("sandbox.create")
    HttpResponse<SandboxInfo> createSandbox(
            HttpRequest<?> request, Principal caller, @Nullable @Body @Valid CreateSandbox body) {
        var wanted = body == null ? SandboxRules.EMPTY : body;
        var key = IdempotencyKey.of(request, caller).orElse(null);
        var sandbox = sandboxes.create(caller, wanted, key);
        return HttpResponse.created(view.of(sandbox, Expansion.NONE), URI.create(PATH + sandbox.id()));
    }

    @Get
    @NeedsScope("sandbox:read")
    Page<SandboxInfo> listSandboxes(HttpRequest<?> request, Principal caller) {
        var list = "sandboxes of " + caller.organizationId();
        var wanted = Query.read(request, query -> ListSandboxes.read(query, paging, list));
        var found = sandboxes.list(caller, wanted.filter(), wanted.page());
        return paging.answer(wanted.page(), found, list, view.of(found.items(), wanted.expansion()));
    }

    @Get("/{id}")
    @NeedsScope("sandbox:read")
    @Fails(ErrorCode.SANDBOX_NOT_FOUND)
    SandboxInfo getSandbox(HttpRequest<?> request, Principal caller, String id) {
        var expansion = Query.read(request, Expansion::read);
        return view.of(sandboxes.get(caller, id), expansion);
    }

    @Delete("/{id}")
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.INVALID_SANDBOX_STATE})
    @Audited("sandbox.delete")
    HttpResponse<?> deleteSandbox(HttpRequest<?> request, Principal caller, String id) {
        var force = Query.read(request, query -> query.bool("force", false));
        sandboxes.delete(caller, id, force);
        return HttpResponse.noContent();
    }
}
