package dev.elevo.functions.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.git.BranchInfo;
import dev.elevo.contract.git.CheckOut;
import dev.elevo.contract.git.CheckedOut;
import dev.elevo.contract.git.CreateBranch;
import dev.elevo.contract.git.MergeBranch;
import dev.elevo.contract.git.MergedBranch;
import dev.elevo.contract.git.ResetBranch;
import dev.elevo.contract.git.ResetInfo;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.git.GitAction;
import dev.elevo.platform.git.GitCall;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Branches, and where they stand. */
@Controller("/api/v1/sandboxes/{id}/git")
class BranchController {
    private static final String SCOPE = "git:write";
    private static final String HEAD = "HEAD";
    private static final int LONGEST_NAME = 1024;
    private static final int NETWORK_TIME_MS = 600_000;

    private final GitService git;

    BranchController(GitService git) {
        this.git = git;
    }

    @Post("/branches")
    @NeedsScope(SCOPE)
    @Replies(status = 201, value = BranchInfo.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_DIRTY_WORKTREE,
        ErrorCode.GIT_BRANCH_EXISTS
    })
    @Audited("git.branch.create")
    HttpResponse<?> createBranch(HttpRequest<?> request, Principal caller, String id, @Body @Valid CreateBranch body) {
        var rules = new GitRules();
        rules.branchName("name", body.name());
        rules.ref("startPoint", body.startPoint());
        rules.branchName("upstream", body.upstream());
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var call = GitCall.of(GitAction.CREATE_BRANCH, SandboxPath.normal(body.path()))
                .about(body.name());
        var run = new GitRun(call)
                .with(body.name(), Objects.requireNonNullElse(body.startPoint(), HEAD))
                .orEmpty(body.upstream())
                .flag(body.force())
                .flag(body.checkout());
        return git.run(request, caller, id, run, body.waitMs());
    }

    /** The name is the rest of the path, with its slashes as they are or encoded. */
    @Delete("/branches/{+name}")
    @NeedsScope(SCOPE)
    @Replies(status = 204, value = Void.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_PUSH_FAILED,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_REMOTE_NOT_FOUND
    })
    @Audited("git.branch.delete")
    HttpResponse<?> deleteBranch(HttpRequest<?> request, Principal caller, String id, String name) {
        record Wanted(String path, boolean force, @Nullable String remote, int waitMs) {}
        var most = git.mostWaitMs();
        var wanted = Query.read(
                request,
                query -> new Wanted(
                        query.path(),
                        query.bool("force", false),
                        query.text("remote", 1, LONGEST_NAME),
                        query.integer("waitMs", most, 0, most)));
        var rules = new GitRules();
        rules.branchName("name", name);
        rules.remote(wanted.remote());
        rules.refuseBroken();
        var run = new GitRun(GitCall.of(GitAction.DELETE_BRANCH, wanted.path()).about(name))
                .with(name)
                .flag(wanted.force())
                .orEmpty(wanted.remote())
                .within(NETWORK_TIME_MS);
        return git.run(request, caller, id, run, wanted.waitMs());
    }

    @Post("/checkout")
    @NeedsScope(SCOPE)
    @Replies(CheckedOut.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_DIRTY_WORKTREE,
        ErrorCode.GIT_BRANCH_EXISTS
    })
    @Audited("git.checkout")
    HttpResponse<?> checkOut(HttpRequest<?> request, Principal caller, String id, @Body @Valid CheckOut body) {
        var creates = Boolean.TRUE.equals(body.create());
        var paths = Objects.requireNonNullElse(body.paths(), List.<String>of());
        var rules = new GitRules();
        if (creates) {
            rules.branchName("target", body.target());
        } else {
            rules.ref("target", body.target());
        }
        rules.paths("paths", paths);
        rules.notBoth("paths", creates, !paths.isEmpty(), "not with create");
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var call =
                GitCall.of(GitAction.CHECKOUT, SandboxPath.normal(body.path())).about(body.target());
        var run = new GitRun(call)
                .with(body.target())
                .flag(body.create())
                .flag(body.force())
                .paths(paths);
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/merge")
    @NeedsScope(SCOPE)
    @Replies(MergedBranch.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_MERGE_CONFLICT,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_DIRTY_WORKTREE
    })
    @Audited("git.merge")
    HttpResponse<?> mergeBranch(HttpRequest<?> request, Principal caller, String id, @Body @Valid MergeBranch body) {
        var noFf = Boolean.TRUE.equals(body.noFf());
        var ffOnly = Boolean.TRUE.equals(body.ffOnly());
        var commits = !Boolean.FALSE.equals(body.commit());
        var rules = new GitRules();
        rules.ref("branch", body.branch());
        rules.notBoth("noFf", noFf, ffOnly, "not with ffOnly");
        rules.message("message", body.message());
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var call = GitCall.of(GitAction.MERGE, SandboxPath.normal(body.path())).about(body.branch());
        var run = new GitRun(call)
                .with(body.branch())
                .flag(body.message() != null)
                .flag(ffOnly)
                .with(ffOnly ? "--ff-only" : noFf || !commits ? "--no-ff" : "--ff")
                .with(commits ? "--commit" : "--no-commit")
                .reads(body.message());
        switch (body.strategy()) {
            case "ours" -> run.with("--strategy=ours");
            case "theirs" -> run.with("--strategy-option=theirs");
            case "octopus" -> run.with("--strategy=octopus");
            case "recursive" -> run.with("--strategy=recursive");
            case null, default -> {
                // git's own choice
            }
        }
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/reset")
    @NeedsScope(SCOPE)
    @Replies(ResetInfo.class)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED, ErrorCode.GIT_BRANCH_NOT_FOUND})
    @Audited("git.reset")
    HttpResponse<?> resetBranch(HttpRequest<?> request, Principal caller, String id, @Body @Valid ResetBranch body) {
        var mode = Objects.requireNonNullElse(body.mode(), "mixed");
        var paths = Objects.requireNonNullElse(body.paths(), List.<String>of());
        var rules = new GitRules();
        rules.ref("target", body.target());
        rules.paths("paths", paths);
        rules.notBoth("paths", !mode.equals("mixed"), !paths.isEmpty(), "only with mixed");
        rules.wait(body.waitMs(), git.mostWaitMs());
        rules.refuseBroken();
        var run = new GitRun(GitCall.of(GitAction.RESET, SandboxPath.normal(body.path()))
                        .as(mode))
                .with(Objects.requireNonNullElse(body.target(), HEAD), mode)
                .paths(paths);
        return git.run(request, caller, id, run, body.waitMs());
    }
}
