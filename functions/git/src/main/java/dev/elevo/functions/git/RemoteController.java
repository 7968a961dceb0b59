package dev.elevo.functions.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.OperationResult;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.git.CloneRepository;
import dev.elevo.contract.git.ClonedRepository;
import dev.elevo.contract.git.FetchCommits;
import dev.elevo.contract.git.PullCommits;
import dev.elevo.contract.git.PulledCommits;
import dev.elevo.contract.git.PushCommits;
import dev.elevo.contract.git.PushedCommits;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What goes to other repositories and comes from them, which takes its time. */
@Controller("/api/v1/sandboxes/{id}/git")
class RemoteController {
    private static final String SCOPE = "git:write";
    private static final String ORIGIN = "origin";
    private static final int CLONE_TIME_MS = 1_800_000;
    private static final int TIME_MS = 600_000;

    private final GitService git;

    RemoteController(GitService git) {
        this.git = git;
    }

    @Post("/clone")
    @NeedsScope(SCOPE)
    @Replies(ClonedRepository.class)
    @Fails({
        ErrorCode.FILE_ALREADY_EXISTS,
        ErrorCode.DISK_QUOTA_EXCEEDED,
        ErrorCode.GIT_CLONE_FAILED,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_BRANCH_NOT_FOUND
    })
    @Audited("git.clone")
    HttpResponse<?> cloneRepository(
            HttpRequest<?> request, Principal caller, String id, @Body @Valid CloneRepository body) {
        var credentials = new Credentials(body.username(), body.password(), body.sshKey(), body.sshKeyPassword());
        var recursive = Boolean.TRUE.equals(body.recursive());
        var rules = rules(credentials, body.waitMs());
        rules.url(body.url());
        rules.branchName("branch", body.branch());
        rules.refuseBroken();
        var path = SandboxPath.normal(body.path());
        var run = new GitRun(GitCall.of(GitAction.CLONE, path).about(body.branch()))
                .with(body.url(), path)
                .orEmpty(body.commitId())
                .flag(recursive)
                .anywhere()
                .within(Objects.requireNonNullElse(body.timeoutMs(), CLONE_TIME_MS))
                .as(credentials);
        if (body.branch() != null) {
            run.with("--branch=" + body.branch());
        }
        if (body.depth() != null) {
            run.with("--depth=" + body.depth());
        }
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/push")
    @NeedsScope(SCOPE)
    @Replies(PushedCommits.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_PUSH_FAILED,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_REMOTE_NOT_FOUND
    })
    @Audited("git.push")
    HttpResponse<?> pushCommits(HttpRequest<?> request, Principal caller, String id, @Body @Valid PushCommits body) {
        var credentials = new Credentials(body.username(), body.password(), body.sshKey(), body.sshKeyPassword());
        var rules = rules(credentials, body.waitMs());
        rules.remote(body.remote());
        rules.branchName("branch", body.branch());
        rules.refuseBroken();
        var remote = Objects.requireNonNullElse(body.remote(), ORIGIN);
        var run = new GitRun(GitCall.of(GitAction.PUSH, SandboxPath.normal(body.path()))
                        .about(remote))
                .with(remote)
                .orEmpty(body.branch())
                .flag(body.all())
                .option(Boolean.TRUE.equals(body.force()), "--force")
                .option(Boolean.TRUE.equals(body.setUpstream()), "--set-upstream")
                .option(Boolean.TRUE.equals(body.tags()), "--tags")
                .within(TIME_MS)
                .as(credentials);
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/pull")
    @NeedsScope(SCOPE)
    @Replies(PulledCommits.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_PULL_FAILED,
        ErrorCode.GIT_MERGE_CONFLICT,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_BRANCH_NOT_FOUND,
        ErrorCode.GIT_REMOTE_NOT_FOUND,
        ErrorCode.GIT_DIRTY_WORKTREE
    })
    @Audited("git.pull")
    HttpResponse<?> pullCommits(HttpRequest<?> request, Principal caller, String id, @Body @Valid PullCommits body) {
        var credentials = new Credentials(body.username(), body.password(), body.sshKey(), body.sshKeyPassword());
        var rebase = Boolean.TRUE.equals(body.rebase());
        var ffOnly = Boolean.TRUE.equals(body.ffOnly());
        var rules = rules(credentials, body.waitMs());
        rules.remote(body.remote());
        rules.branchName("branch", body.branch());
        rules.notBoth("rebase", rebase, ffOnly, "not with ffOnly");
        rules.refuseBroken();
        var remote = Objects.requireNonNullElse(body.remote(), ORIGIN);
        var run = new GitRun(GitCall.of(GitAction.PULL, SandboxPath.normal(body.path()))
                        .about(remote)
                        .as(body.branch()))
                .with(remote)
                .orEmpty(body.branch())
                .with(rebase ? "rebase" : ffOnly ? "ff" : "merge")
                .within(TIME_MS)
                .as(credentials);
        return git.run(request, caller, id, run, body.waitMs());
    }

    @Post("/fetch")
    @NeedsScope(SCOPE)
    @Replies(OperationResult.class)
    @Fails({
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.GIT_NOT_INITIALIZED,
        ErrorCode.GIT_PULL_FAILED,
        ErrorCode.GIT_AUTH_FAILED,
        ErrorCode.GIT_REMOTE_NOT_FOUND
    })
    @Audited("git.fetch")
    HttpResponse<?> fetchCommits(HttpRequest<?> request, Principal caller, String id, @Body @Valid FetchCommits body) {
        var credentials = new Credentials(body.username(), body.password(), body.sshKey(), body.sshKeyPassword());
        var rules = rules(credentials, body.waitMs());
        rules.remote(body.remote());
        rules.refuseBroken();
        var remote = Objects.requireNonNullElse(body.remote(), ORIGIN);
        var run = new GitRun(GitCall.of(GitAction.FETCH, SandboxPath.normal(body.path()))
                        .about(remote))
                .with(remote)
                .flag(body.all())
                .option(Boolean.TRUE.equals(body.prune()), "--prune")
                .option(Boolean.FALSE.equals(body.tags()), "--no-tags")
                .within(TIME_MS)
                .as(credentials);
        return git.run(request, caller, id, run, body.waitMs());
    }

    private GitRules rules(Credentials credentials, @Nullable Integer waitMs) {
        var rules = new GitRules();
        rules.credentials(credentials.username(), credentials.password(), credentials.sshKeyPassword());
        rules.text("sshKey", credentials.sshKey());
        rules.wait(waitMs, git.mostWaitMs());
        return rules;
    }
}
