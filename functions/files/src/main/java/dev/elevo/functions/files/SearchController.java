package dev.elevo.functions.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimited;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;

/** What is found among files, by their names and by what is in them. A search has as much time as any request waits. */
@Controller("/api/v1/sandboxes/{id}/files")
class SearchController {
    private final FilesService files;
    private final Deployment deployment;

    SearchController(FilesService files, Deployment deployment) {
        this.files = files;
        this.deployment = deployment;
    }

    @Post("/find")
    @NeedsScope("files:read")
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.NOT_A_DIRECTORY})
    @RateLimited(RateClass.READ)
    @Audited(value = "files.find", looksOnly = true)
    FindResult findFiles(Principal caller, String id, @Body @Valid FindRequest body) {
        var wanted = SearchRules.checked(body);
        FindResult found = files.searching(
                caller, id, (sandboxId, agent) -> agent.find(sandboxId, wanted, deployment.maxWaitMs()));
        return SearchRoom.fit(found);
    }

    @Post("/grep")
    @NeedsScope("files:read")
    @Fails(ErrorCode.FILE_NOT_FOUND)
    @RateLimited(RateClass.READ)
    @Audited(value = "files.grep", looksOnly = true)
    GrepResult grepFiles(Principal caller, String id, @Body @Valid GrepRequest body) {
        var wanted = SearchRules.checked(body);
        GrepResult found = files.searching(
                caller, id, (sandboxId, agent) -> agent.grep(sandboxId, wanted, deployment.maxWaitMs()));
        return SearchRoom.fit(found);
    }
}
