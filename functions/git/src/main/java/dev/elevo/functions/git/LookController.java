package dev.elevo.functions.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.git.BranchInfo;
import dev.elevo.contract.git.CommitInfo;
import dev.elevo.contract.git.DiffResult;
import dev.elevo.contract.git.GitStatus;
import dev.elevo.platform.git.GitAction;
import dev.elevo.platform.git.GitCall;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a repository holds; nothing of it is changed. */
@Controller("/api/v1/sandboxes/{id}/git")
class LookController {
    private static final String SCOPE = "git:read";
    private static final List<String> FORMATS = List.of("unified", "stat", "name-only", "name-status");
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST_LIMIT = 100;
    private static final int MOST_CONTEXT = 100;
    private static final int CONTEXT = 3;
    private static final int LONGEST = 1024;
    private static final Pattern SPECIAL = Pattern.compile("[.\\[\\](){}*+?^$|\\\\]");

    private final GitService git;

    LookController(GitService git) {
        this.git = git;
    }

    private record Wanted(GitRun run, @Nullable Integer waitMs) {}

    @Get("/status")
    @NeedsScope(SCOPE)
    @Replies(GitStatus.class)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED})
    HttpResponse<?> getStatus(HttpRequest<?> request, Principal caller, String id) {
        return run(request, caller, id, Query.read(request, query -> wanted(query, status(query))));
    }

    private static GitRun status(Query query) {
        var ignored = query.bool("includeIgnored", false);
        return new GitRun(GitCall.of(GitAction.STATUS, query.path()).as(ignored ? "ignored" : null))
                .with(ignored ? "--ignored=matching" : "");
    }

    @Get("/log")
    @NeedsScope(SCOPE)
    @Replies(value = CommitInfo.class, paged = true)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED, ErrorCode.GIT_BRANCH_NOT_FOUND})
    HttpResponse<?> getLog(HttpRequest<?> request, Principal caller, String id) {
        return run(request, caller, id, Query.read(request, query -> wanted(query, log(query))));
    }

    private static GitRun log(Query query) {
        var limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST_LIMIT);
        var page = query.integer("page", 1, 1, Integer.MAX_VALUE);
        var skip = query.has("skip")
                ? query.integer("skip", 0, 0, Integer.MAX_VALUE)
                : Math.min((page - 1L) * limit, Integer.MAX_VALUE);
        var call = GitCall.of(GitAction.LOG, query.path()).paged((int) (skip / limit) + 1, limit);
        var ref = Objects.requireNonNullElse(query.text("ref", 1, LONGEST), "HEAD");
        mustBeRef(query, "ref", ref);
        var run = new GitRun(call).with(ref).with(Long.toString(skip), Integer.toString(limit));
        var author = query.text("author", 1, LONGEST);
        // To git each line is a pattern of its own; no author has two.
        if (author != null && author.indexOf('\n') >= 0) {
            query.refuse("author", "must be one line", author);
        }
        var grep = query.text("grep", 1, LONGEST);
        var since = query.timestamp("since");
        var until = query.timestamp("until");
        run.option(query.bool("firstParent", false), "--first-parent");
        run.option(author != null, "--author=" + literal(author));
        run.option(grep != null, "--grep=" + grep);
        run.option(since != null, "--since=" + moment(since));
        run.option(until != null, "--until=" + moment(until));
        return run.with("--").paths(query.words("paths"));
    }

    private static void mustBeRef(Query query, String name, @Nullable String ref) {
        if (ref != null && !GitRules.isRef(ref)) {
            query.refuse(name, GitRules.REF, ref);
        }
    }

    /** By its number, and with a zone, or small ones would be years: a date that is far ahead git takes for today. */
    private static String moment(@Nullable Instant time) {
        return time == null ? "" : "@" + Math.max(0, time.getEpochSecond()) + " +0000";
    }

    /** A substring is none of the patterns that git makes of it. */
    private static String literal(@Nullable String text) {
        return text == null ? "" : SPECIAL.matcher(text).replaceAll("\\\\$0");
    }

    @Get("/diff")
    @NeedsScope(SCOPE)
    @Replies(DiffResult.class)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED, ErrorCode.GIT_BRANCH_NOT_FOUND})
    HttpResponse<?> getDiff(HttpRequest<?> request, Principal caller, String id) {
        return run(request, caller, id, Query.read(request, query -> wanted(query, diff(query))));
    }

    private static GitRun diff(Query query) {
        var format = Objects.requireNonNullElse(query.oneOf("format", FORMATS), FORMATS.getFirst());
        var context = query.integer("context", CONTEXT, 0, MOST_CONTEXT);
        var staged = query.bool("staged", false);
        var commit = query.text("commit", 1, LONGEST);
        var commits = query.words("commits");
        if (query.has("commits") && commits.size() != 2) {
            query.refuse("commits", "must be two", null);
        }
        if ((staged ? 1 : 0) + (commit == null ? 0 : 1) + (commits.isEmpty() ? 0 : 1) > 1) {
            query.refuse("staged", "only one of staged, commit, commits", null);
        }
        mustBeRef(query, "commit", commit);
        commits.forEach(one -> mustBeRef(query, "commits", one));
        var run = new GitRun(GitCall.of(GitAction.DIFF, query.path()).as(format));
        if (commits.size() == 2) {
            run.with("commits", commits.getFirst(), commits.getLast());
        } else {
            run.with(staged ? "index" : "tree").orEmpty(commit).with("");
        }
        run.option(query.bool("ignoreWhitespace", false), "--ignore-all-space");
        switch (format) {
            case "unified" -> run.with("--patch", "--unified=" + context);
            case "stat" -> run.with("--stat");
            default -> {
                // what is always told says it
            }
        }
        return run.with("--").paths(query.words("paths"));
    }

    @Get("/branches")
    @NeedsScope(SCOPE)
    @Replies(value = BranchInfo.class, paged = true)
    @Fails({ErrorCode.FILE_NOT_FOUND, ErrorCode.GIT_NOT_INITIALIZED})
    HttpResponse<?> listBranches(HttpRequest<?> request, Principal caller, String id) {
        return run(request, caller, id, Query.read(request, query -> wanted(query, branches(query))));
    }

    private static GitRun branches(Query query) {
        var paged = query.has("page") || query.has("limit");
        var page = query.integer("page", 1, 1, Integer.MAX_VALUE);
        var limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST_LIMIT);
        var tracking = query.bool("includeTracking", true);
        var remoteOnly = query.bool("remoteOnly", false);
        var remote = query.bool("includeRemote", false) || remoteOnly;
        var call = GitCall.of(GitAction.BRANCHES, query.path()).as(tracking ? "tracking" : null);
        return new GitRun(paged ? call.paged(page, limit) : call)
                .with(tracking ? "tracking" : "plain")
                .option(!remoteOnly, "refs/heads")
                .option(remote, "refs/remotes");
    }

    private Wanted wanted(Query query, GitRun run) {
        var most = git.mostWaitMs();
        return new Wanted(run, query.integer("waitMs", most, 0, most));
    }

    private HttpResponse<?> run(HttpRequest<?> request, Principal caller, String id, Wanted wanted) {
        // What was only a word of the query has to be more now: it becomes an argument.
        var rules = new GitRules();
        wanted.run().arguments.forEach(argument -> rules.text("query", argument));
        rules.refuseBroken();
        return git.run(request, caller, id, wanted.run(), wanted.waitMs());
    }
}
