package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.OperationResult;
import dev.elevo.contract.sandbox.RestartRequest;
import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.StartRequest;
import dev.elevo.contract.sandbox.StopRequest;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.sandbox.Sandbox;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/sandboxes/{id}")
class LifecycleController {
    private final LifecycleService sandboxes;
    private final SandboxView view;

    LifecycleController(LifecycleService sandboxes, SandboxView view) {
        this.sandboxes = sandboxes;
        this.view = view;
    }

    @Post("/start")
    @NeedsScope("sandbox:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_CREATION_FAILED,
        ErrorCode.SANDBOX_TIMEOUT,
        ErrorCode.INVALID_SANDBOX_STATE,
        ErrorCode.VOLUME_NOT_FOUND,
        ErrorCode.VOLUME_IN_USE,
        ErrorCode.RESOURCE_EXHAUSTED,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("sandbox.start")
    HttpResponse<SandboxInfo> startSandbox(Principal caller, String id, @Nullable @Body @Valid StartRequest body) {
        var how = body == null ? StartRequest.DEFAULT : body;
        var started = sandboxes.start(caller, id, how);
        return started.state() == SandboxState.CREATING ? accepted(started) : HttpResponse.ok(shown(started));
    }

    @Post("/stop")
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.SANDBOX_TIMEOUT})
    @Audited("sandbox.stop")
    SandboxInfo stopSandbox(Principal caller, String id, @Nullable @Body @Valid StopRequest body) {
        return shown(sandboxes.stop(caller, id, body == null ? StopRequest.DEFAULT : body));
    }

    @Post("/pause")
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.NOT_IMPLEMENTED})
    @Audited("sandbox.pause")
    SandboxInfo pauseSandbox(Principal caller, String id) {
        return shown(sandboxes.pause(caller, id));
    }

    @Post("/suspend")
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.NOT_IMPLEMENTED})
    @Audited("sandbox.pause")
    SandboxInfo suspendSandbox(Principal caller, String id) {
        return pauseSandbox(caller, id);
    }

    /** Done when it answers, also for who would not have waited. */
    @Post("/resume")
    @NeedsScope("sandbox:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_CREATION_FAILED,
        ErrorCode.SANDBOX_TIMEOUT,
        ErrorCode.INVALID_SANDBOX_STATE,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("sandbox.resume")
    HttpResponse<SandboxInfo> resumeSandbox(Principal caller, String id, @Nullable @Body @Valid StartRequest body) {
        var resumed = sandboxes.resume(caller, id);
        return body == null || body.waits() ? HttpResponse.ok(shown(resumed)) : accepted(resumed);
    }

    @Post("/restart")
    @NeedsScope("sandbox:write")
    @Fails({
        ErrorCode.SANDBOX_NOT_FOUND,
        ErrorCode.SANDBOX_CREATION_FAILED,
        ErrorCode.SANDBOX_TIMEOUT,
        ErrorCode.INVALID_SANDBOX_STATE,
        ErrorCode.VOLUME_NOT_FOUND,
        ErrorCode.VOLUME_IN_USE,
        ErrorCode.NOT_IMPLEMENTED
    })
    @Audited("sandbox.restart")
    SandboxInfo restartSandbox(Principal caller, String id, @Nullable @Body @Valid RestartRequest body) {
        return shown(sandboxes.restart(caller, id, body == null ? RestartRequest.DEFAULT : body));
    }

    @Post("/activity")
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING})
    @Audited("sandbox.activity")
    OperationResult noteActivity(Principal caller, String id) {
        sandboxes.noteActivity(caller, id);
        return OperationResult.done("The idle time of the sandbox begins anew");
    }

    private HttpResponse<SandboxInfo> accepted(Sandbox sandbox) {
        return HttpResponse.<SandboxInfo>accepted().body(shown(sandbox));
    }

    private SandboxInfo shown(Sandbox sandbox) {
        return view.of(sandbox, Expansion.NONE);
    }
}
