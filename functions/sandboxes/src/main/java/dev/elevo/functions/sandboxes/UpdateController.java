package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.sandbox.LabelsUpdate;
import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxUpdate;
import dev.elevo.contract.sandbox.TimeoutUpdate;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Put;
import jakarta.validation.Valid;

@Controller("/api/v1/sandboxes/{id}")
class UpdateController {
    private final UpdateService updates;
    private final SandboxView view;

    UpdateController(UpdateService updates, SandboxView view) {
        this.updates = updates;
        this.view = view;
    }

    @Put
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_ALREADY_EXISTS, ErrorCode.NOT_IMPLEMENTED})
    @Audited("sandbox.update")
    SandboxInfo replaceSettings(Principal caller, String id, @Body @Valid SandboxUpdate body) {
        if (body.network() != null) {
            throw Failure.Invalid.field("network", "is changed by PATCH only", null)
                    .asException();
        }
        return view.of(updates.update(caller, id, SettingsChange.whole(body)), Expansion.NONE);
    }

    @Patch
    @NeedsScope("sandbox:write")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_ALREADY_EXISTS, ErrorCode.NOT_IMPLEMENTED})
    @Audited("sandbox.update")
    SandboxInfo changeSettings(Principal caller, String id, @Body @Valid SandboxUpdate body) {
        return view.of(updates.update(caller, id, body), Expansion.NONE);
    }

    @Patch("/labels")
    @NeedsScope("sandbox:write")
    @Fails(ErrorCode.SANDBOX_NOT_FOUND)
    @Audited("sandbox.update")
    LabelsUpdate replaceLabels(Principal caller, String id, @Body @Valid LabelsUpdate body) {
        var labels = body.labels();
        if (labels == null) {
            throw Failure.Invalid.field("labels", "is needed", null).asException();
        }
        var changed = updates.update(caller, id, SandboxUpdate.ofLabels(labels));
        return new LabelsUpdate(changed.settings().labels());
    }

    @Patch("/timeout")
    @NeedsScope("sandbox:write")
    @Fails(ErrorCode.SANDBOX_NOT_FOUND)
    @Audited("sandbox.update")
    SandboxInfo changeTimeout(Principal caller, String id, @Body @Valid TimeoutUpdate body) {
        return view.of(updates.update(caller, id, SandboxUpdate.ofTimeout(body.timeoutMs())), Expansion.NONE);
    }
}
