package dev.elevo.functions.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.OperationResult;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.git.AddFiles;
import dev.elevo.contract.git.CoAuthor;
import dev.elevo.contract.git.CommitChanges;
import dev.elevo.contract.git.CommitInfo;
import dev.elevo.contract.git.InitRepository;
import dev.elevo.contract.git.MadeRepository;
import dev.elevo.contract.git.StashChanges;
import dev.elevo.contract.git.StashedChanges;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.git.GitAction;
import dev.elevo.platform.git.GitCall;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The work tree, and what becomes of its changes. */
@Controller("/api/v1/sandboxes/{id}/git")
class WorkController {
    private static final String SCOPE = "git:write";

    private final GitService git;

    WorkController(GitService git) {
        this.git = git;
    }

    @Post("/init")
    @NeedsScope(SCOPE)
    @Replies(MadeRepository.class)
    @Fails({ErrorCode.DISK_QUOTA_EXCEEDED, ErrorCode.NOT_A_DIRECTORY})
    @Audited("git.init")
    HttpResponse<?> initRepository(
            HttpRequest<?> request, Principal caller, String id, @Body @Valid InitRepository body) {
        var rules = new GitRules();
        rules.branchName("initialBranch", body.initialBranch());
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var path = SandboxPath.normal(body.path());
        var run = new GitRun(GitCall.of(GitAction.INIT, path))
                .with(path, Objects.requireNonNullElse(body.initialBranch(), "main"))
                .option(Boolean.TRUE.equals(body.bare()), "--bare")
                .anywhere();
        if (body.templateDir() != null) {
            run.with("--template=" + SandboxPath.normal(body.templateDir()));
        }
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/add")
    @NeedsScope(SCOPE)
    @Replies(OperationResult.class)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED, ErrorCode.NOT_IMPLEMENTED})
    @Audited("git.add")
    HttpResponse<?> addFiles(HttpRequest<?> request, Principal caller, String id, @Body @Valid AddFiles body) {
        var rules = new GitRules();
        rules.paths("files", body.files());
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        if (Boolean.TRUE.equals(body.patch())) {
            throw new Failure.Refused(
                            ErrorCode.NOT_IMPLEMENTED,
                            "Nobody can be asked which parts to add",
                            Map.of("feature", "patch"))
                    .asException();
        }
        var run = new GitRun(GitCall.of(GitAction.ADD, SandboxPath.normal(body.path())))
                .with(Boolean.TRUE.equals(body.update()) ? "--update" : "")
                .with(Boolean.TRUE.equals(body.force()) ? "--force" : "")
                .paths(body.files());
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/commit")
    @NeedsScope(SCOPE)
    @Replies(CommitInfo.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_COMMIT_FAILED,
        ErrorCode.GIT_MERGE_CONFLICT
    })
    @Audited("git.commit")
    HttpResponse<?> commitChanges(
            HttpRequest<?> request, Principal caller, String id, @Body @Valid CommitChanges body) {
        var coAuthors = Objects.requireNonNullElse(body.coAuthors(), List.<CoAuthor>of());
        var rules = new GitRules();
        if (!Boolean.TRUE.equals(body.amend())) {
            rules.present("message", body.message());
        }
        rules.message("message", body.message());
        rules.identity("author", body.author());
        rules.identity("email", body.email());
        for (int i = 0; i < coAuthors.size(); i++) {
            rules.identity("coAuthors[" + i + "].name", coAuthors.get(i).name());
            rules.identity("coAuthors[" + i + "].email", coAuthors.get(i).email());
        }
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var run = new GitRun(GitCall.of(GitAction.COMMIT, SandboxPath.normal(body.path())))
                .orEmpty(body.author())
                .orEmpty(body.email())
                .flag(body.amend())
                .flag(body.message() != null)
                .option(Boolean.TRUE.equals(body.allowEmpty()), "--allow-empty")
                .option(Boolean.TRUE.equals(body.noVerify()), "--no-verify")
                .option(Boolean.TRUE.equals(body.sign()), "--gpg-sign")
                .reads(body.message());
        coAuthors.forEach(
                author -> run.with("--trailer=Co-authored-by: " + author.name() + " <" + author.email() + ">"));
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/stash")
    @NeedsScope(SCOPE)
    @Replies(StashedChanges.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_MERGE_CONFLICT,
        ErrorCode.GIT_DIRTY_WORKTREE
    })
    @Audited("git.stash")
    HttpResponse<?> stashChanges(HttpRequest<?> request, Principal caller, String id, @Body @Valid StashChanges body) {
        var action = Objects.requireNonNullElse(body.action(), "push");
        var rules = new GitRules();
        rules.shortMessage("message", body.message());
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var run = new GitRun(GitCall.of(GitAction.STASH, SandboxPath.normal(body.path()))
                        .as(action))
                .with(action, Integer.toString(Objects.requireNonNullElse(body.index(), 0)))
                .option(Boolean.TRUE.equals(body.includeUntracked()), "--include-untracked")
                .option(Boolean.TRUE.equals(body.keepIndex()), "--keep-index");
        if (body.message() != null) {
            run.with("--message=" + body.message());
        }
        return git.run(request, caller, id, run, body.waitMs());
    }
}
