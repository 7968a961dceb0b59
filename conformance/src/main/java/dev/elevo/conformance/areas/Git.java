package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.5: what needs no other repository. */
final class Git extends Area {
    Git() {
        super("git");
        init();
        status();
        log();
        diff();
        branches();
        checkout();
        commit();
        merge();
        reset();
        stash();
        unreadable();
    }

    private void init() {
        endpoint("POST /sandboxes/{id}/git/init");
        statement("2.5: makes missing directories, and says when it was there", w -> {
            var path = w.path() + "/deep/er";
            w.box()
                    .post("/git/init", "path", path, "initialBranch", "trunk")
                    .is(200)
                    .has("/path", path)
                    .has("/branch", "trunk")
                    .has("/bare", false)
                    .has("/reinitialized", false);
            w.box().post("/git/init", "path", path).is(200).has("/reinitialized", true);
            w.box()
                    .post("/git/init", "path", path + ".git", "bare", true)
                    .is(200)
                    .has("/bare", true);
        });
        statement(
                "2.5: a file in the way is 3008, a directory one may not write 3004, a template git refuses 5000",
                w -> {
                    w.box().post("/git/init", "path", "/etc/hosts").fails(3008);
                    w.box().post("/git/init", "path", "/root/x").fails(3004);
                    w.box()
                            .post("/git/init", "path", w.path(), "initialBranch", "a..b")
                            .fits("is refused", answer -> answer.code() == 5000 || answer.code() == 9004);
                });
        statement("2.5: whatever else git refuses is 5000 with exitCode, stderr and reason", w -> {
            var path = w.path();
            w.box().run("mkdir -p " + path + " && echo nonsense > " + path + "/.git");
            w.box()
                    .post("/git/init", "path", path)
                    .fails(5000)
                    .has("/error/details/exitCode")
                    .has("/error/details/stderr")
                    .has("/error/details/reason");
        });
    }

    private void status() {
        endpoint("GET /sandboxes/{id}/git/status");
        statement("3.7: staged, unstaged, untracked and ignored", w -> {
            var path = Repository.of(w)
                    .shell("echo two > b && git add b && echo three >> a && echo x > c && echo '*.o' > .gitignore &&"
                            + " touch d.o")
                    .path();
            w.box()
                    .get("/git/status?includeIgnored=true&path=" + path)
                    .is(200)
                    .has("/branch", "main")
                    .has("/staged/0/path", "b")
                    .has("/staged/0/status", "A")
                    .has("/unstaged/0/path", "a")
                    .has("/unstaged/0/status", "M")
                    .among("/untracked", "", "c")
                    .has("/ignored", List.of("d.o"))
                    .has("/conflicted", List.of())
                    .has("/clean", false)
                    .has("/merging", false)
                    .has("/ahead", 0)
                    .has("/published", false);
            w.box().get("/git/status?path=" + path).lacks("/ignored");
        });
        statement(
                "3.7: detached is HEAD, and nothing to say is clean",
                w -> w.box()
                        .get("/git/status?path="
                                + Repository.of(w).git("checkout -q --detach").path())
                        .has("/branch", "HEAD")
                        .has("/clean", true));
    }

    private void log() {
        endpoint("GET /sandboxes/{id}/git/log");
        statement("3.7: newest first, with everything that CommitInfo has; pages and skips", w -> {
            var path =
                    Repository.of(w).commit("b", "second").commit("c", "third").path();
            w.box()
                    .get("/git/log?limit=2&path=" + path)
                    .is(200)
                    .counts("/data", 2)
                    .has("/data/0/message", "third")
                    .has("/data/0/summary", "third")
                    .has("/data/0/author", "A")
                    .has("/data/0/authorEmail", "a@example.org")
                    .has("/data/0/isMerge", false)
                    .counts("/data/0/parents", 1)
                    .has("/pagination/total", 3)
                    .has("/pagination/hasMore", true)
                    .fits(
                            "a whole sha and a short",
                            answer -> answer.at("/data/0/sha").asText().length() == 40
                                    && answer.at("/data/0/shortSha").asText().length() == 7);
            w.box()
                    .get("/git/log?limit=1&skip=2&path=" + path)
                    .has("/data/0/summary", "first commit")
                    .has("/pagination/page", 3);
            w.box().get("/git/log?paths=b&path=" + path).counts("/data", 1);
            w.box().get("/git/log?grep=sec.nd&path=" + path).counts("/data", 1);
            w.box().get("/git/log?author=nobody&path=" + path).counts("/data", 0);
        });
        statement("2.5: an unborn branch is an empty page, an unknown ref 5008", w -> {
            var path = w.path();
            w.box().post("/git/init", "path", path).is(200);
            w.box().get("/git/log?path=" + path).is(200).counts("/data", 0);
            w.box().get("/git/log?ref=none&path=" + Repository.of(w).path()).fails(5008);
        });
    }

    private void diff() {
        endpoint("GET /sandboxes/{id}/git/diff");
        statement("3.7: the work tree, what is staged, a commit, two commits", w -> {
            var path = Repository.of(w)
                    .commit("b", "second")
                    .shell("echo more >> a && echo new > c && git add c")
                    .path();
            w.box()
                    .get("/git/diff?path=" + path)
                    .is(200)
                    .says("+more")
                    .has("/stats/files", 1)
                    .has("/stats/insertions", 1)
                    .has("/files/0/path", "a")
                    .has("/files/0/status", "M");
            w.box()
                    .get("/git/diff?staged=true&path=" + path)
                    .has("/files/0/path", "c")
                    .has("/files/0/status", "A");
            w.box().get("/git/diff?commit=HEAD&path=" + path).counts("/files", 2);
            w.box()
                    .get("/git/diff?format=name-only&commits=HEAD~1,HEAD&path=" + path)
                    .has("/diff", "b\n");
        });
        statement("2.5: an unknown ref is 5008, two choices at once 9004", w -> {
            var path = Repository.of(w).path();
            w.box().get("/git/diff?commit=none&path=" + path).fails(5008);
            w.box().get("/git/diff?staged=true&commit=HEAD&path=" + path).fails(9004);
        });
    }

    private void branches() {
        endpoint("GET /sandboxes/{id}/git/branches");
        statement("3.7: a page of them, with the current one", w -> {
            var path = Repository.of(w).git("branch side").path();
            w.box()
                    .get("/git/branches?path=" + path)
                    .is(200)
                    .counts("/data", 2)
                    .among("/data", "current", true)
                    .has("/data/0/commitSummary", "first commit")
                    .has("/data/0/remote", false)
                    .has("/pagination/total", 2);
        });
        endpoint("POST /sandboxes/{id}/git/branches");
        statement(
                "2.5: 201 with the branch",
                w -> w.box()
                        .post("/git/branches", "path", Repository.of(w).path(), "name", "new/one", "checkout", true)
                        .is(201)
                        .has("/name", "new/one")
                        .has("/current", true));
        statement("2.5: 5008, 5010, 5011, and a name that git refuses", w -> {
            var path = Repository.of(w).torn().shell("echo dirty > a").path();
            w.box()
                    .post("/git/branches", "path", path, "name", "x", "startPoint", "none")
                    .fails(5008);
            w.box().post("/git/branches", "path", path, "name", "side").fails(5011);
            w.box()
                    .post("/git/branches", "path", path, "name", "x", "startPoint", "side", "checkout", true)
                    .fails(5010);
            w.box().post("/git/branches", "path", path, "name", "a..b").fails(9004);
        });
        endpoint("DELETE /sandboxes/{id}/git/branches/{name}");
        statement("2.5: 204; slashes percent-encoded or raw", w -> {
            var path = Repository.of(w).git("branch a/b").git("branch a/c").path();
            w.box().delete("/git/branches/a%2Fb?path=" + path).is(204);
            w.box().delete("/git/branches/a/c?path=" + path).is(204);
        });
        statement("2.5: 5008; 5000 with not_merged and current_branch", w -> {
            var path = Repository.of(w).torn().path();
            w.box().delete("/git/branches/none?path=" + path).fails(5008);
            w.box().delete("/git/branches/side?path=" + path).fails(5000).reason("not_merged");
            w.box().delete("/git/branches/main?path=" + path).fails(5000).reason("current_branch");
            w.box().delete("/git/branches/side?force=true&path=" + path).is(204);
        });
    }

    private void checkout() {
        endpoint("POST /sandboxes/{id}/git/checkout");
        statement("2.5: a branch, a new one, a commit, and files", w -> {
            var path =
                    Repository.of(w).git("branch side").shell("echo dirty > a").path();
            w.box()
                    .post("/git/checkout", "path", path, "target", "HEAD", "paths", List.of("a"))
                    .is(200);
            w.box().get("/git/status?path=" + path).has("/clean", true);
            w.box()
                    .post("/git/checkout", "path", path, "target", "side")
                    .is(200)
                    .has("/branch", "side")
                    .has("/detached", false);
            w.box()
                    .post("/git/checkout", "path", path, "target", "fresh", "create", true)
                    .has("/branch", "fresh");
            w.box()
                    .post("/git/checkout", "path", path, "target", "HEAD~0")
                    .is(200)
                    .has("/branch", null)
                    .has("/detached", true);
        });
        statement("2.5: 5008, 5010, 5011", w -> {
            var path = Repository.of(w).torn().shell("echo dirty > a").path();
            w.box().post("/git/checkout", "path", path, "target", "none").fails(5008);
            w.box()
                    .post("/git/checkout", "path", path, "target", "side")
                    .fails(5010)
                    .has("/error/details/files", List.of("a"));
            w.box()
                    .post("/git/checkout", "path", path, "target", "side", "create", true)
                    .fails(5011);
            w.box()
                    .post("/git/checkout", "path", path, "target", "side", "force", true)
                    .is(200);
        });
    }

    private void commit() {
        endpoint("POST /sandboxes/{id}/git/add");
        statement("2.5: names, or all", w -> {
            var path = Repository.of(w).shell("echo b > b; echo c > c").path();
            w.box()
                    .post("/git/add", "path", path, "files", List.of("b"))
                    .is(200)
                    .has("/success", true);
            w.box().get("/git/status?path=" + path).counts("/staged", 1).counts("/untracked", 1);
            w.box().post("/git/add", "path", path, "files", List.of(".")).is(200);
            w.box().get("/git/status?path=" + path).counts("/staged", 2);
        });
        statement("2.5: a file that is not there is 5000 with pathspec, patch is 9007", w -> {
            var path = Repository.of(w).path();
            w.box()
                    .post("/git/add", "path", path, "files", List.of("none"))
                    .fails(5000)
                    .reason("pathspec");
            w.box()
                    .post("/git/add", "path", path, "files", List.of("."), "patch", true)
                    .fails(9007);
        });
        endpoint("POST /sandboxes/{id}/git/commit");
        statement("3.7: who and what, with co-authors; amend keeps the message", w -> {
            var path = Repository.of(w).shell("echo b > b && git add b").path();
            w.box()
                    .post(
                            "/git/commit",
                            "path",
                            path,
                            "message",
                            "add b",
                            "author",
                            "B",
                            "email",
                            "b@example.org",
                            "coAuthors",
                            List.of(Map.of("name", "C", "email", "c@example.org")))
                    .is(200)
                    .has("/summary", "add b")
                    .has("/author", "B")
                    .has("/authorEmail", "b@example.org")
                    .says("Co-authored-by: C <c@example.org>");
            w.box().post("/git/commit", "path", path, "amend", true).is(200).has("/summary", "add b");
        });
        statement("3.7: without an identity it is Sandbox User", w -> {
            var path = w.path();
            w.box().post("/git/init", "path", path).is(200);
            w.box()
                    .post("/git/commit", "path", path, "message", "m", "allowEmpty", true)
                    .is(200)
                    .has("/author", "Sandbox User")
                    .has("/authorEmail", "user@sandbox.local");
        });
        statement("2.5: 5003 with its reason, 5006 while conflicts are open, 9004 without a message", w -> {
            var path = Repository.of(w).path();
            w.box()
                    .post("/git/commit", "path", path, "message", "m")
                    .fails(5003)
                    .reason("nothing_to_commit");
            w.box().post("/git/commit", "path", path).fails(9004);
            var torn =
                    Repository.of(w).torn().shell("git merge -q side || true").path();
            w.box()
                    .post("/git/commit", "path", torn, "message", "m")
                    .fails(5006)
                    .has("/error/details/conflicts", List.of("a"));
        });
        statement("2.5: a hook that fails is 5003 with hook_failed", w -> {
            var path = Repository.of(w)
                    .shell("printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit")
                    .path();
            w.box()
                    .post("/git/commit", "path", path, "message", "m", "allowEmpty", true)
                    .fails(5003)
                    .reason("hook_failed");
            w.box()
                    .post("/git/commit", "path", path, "message", "m", "allowEmpty", true, "noVerify", true)
                    .is(200);
        });
    }

    private void merge() {
        endpoint("POST /sandboxes/{id}/git/merge");
        statement("2.5: fast-forward, already there, and a merge commit", w -> {
            var repository = Repository.of(w)
                    .git("checkout -q -b side")
                    .commit("b", "side")
                    .git("checkout -q main");
            w.box()
                    .post("/git/merge", "path", repository.path(), "branch", "side")
                    .is(200)
                    .has("/merged", true)
                    .has("/fastForward", true)
                    .has("/upToDate", false)
                    .has("/commit/summary", "side");
            w.box()
                    .post("/git/merge", "path", repository.path(), "branch", "side")
                    .is(200)
                    .has("/upToDate", true);
            repository.git("checkout -q side").commit("c", "more").git("checkout -q main");
            w.box()
                    .post("/git/merge", "path", repository.path(), "branch", "side", "noFf", true, "message", "joined")
                    .has("/commit/isMerge", true)
                    .has("/commit/summary", "joined");
        });
        statement("2.5: a conflict is 5006, names the files, and stays open", w -> {
            var path = Repository.of(w).torn().path();
            w.box()
                    .post("/git/merge", "path", path, "branch", "side")
                    .fails(5006)
                    .has("/error/details/conflicts", List.of("a"));
            w.box().get("/git/status?path=" + path).has("/merging", true).has("/conflicted", List.of("a"));
        });
        statement("2.5: 5008, 5010, not_fast_forward, and noFf with ffOnly 9004", w -> {
            var path = Repository.of(w).torn().path();
            w.box().post("/git/merge", "path", path, "branch", "none").fails(5008);
            w.box()
                    .post("/git/merge", "path", path, "branch", "side", "ffOnly", true)
                    .fails(5000)
                    .reason("not_fast_forward");
            w.box()
                    .post("/git/merge", "path", path, "branch", "side", "ffOnly", true, "noFf", true)
                    .fails(9004);
            w.box().write(path + "/a", "dirty");
            w.box().post("/git/merge", "path", path, "branch", "side").fails(5010);
        });
    }

    private void reset() {
        endpoint("POST /sandboxes/{id}/git/reset");
        statement("2.5: soft, mixed and hard", w -> {
            var path = Repository.of(w).commit("b", "second").path();
            w.box()
                    .post("/git/reset", "path", path, "target", "HEAD~1", "mode", "soft")
                    .is(200)
                    .has("/mode", "soft");
            w.box().get("/git/status?path=" + path).counts("/staged", 1);
            w.box()
                    .post("/git/reset", "path", path)
                    .is(200)
                    .has("/mode", "mixed")
                    .has("/commit");
            w.box().get("/git/status?path=" + path).has("/untracked", List.of("b"));
            w.box().post("/git/reset", "path", path, "mode", "hard").is(200);
            w.box().post("/git/reset", "path", path, "target", "none").fails(5008);
            w.box()
                    .post("/git/reset", "path", path, "mode", "hard", "paths", List.of("a"))
                    .fails(9004);
        });
    }

    private void stash() {
        endpoint("POST /sandboxes/{id}/git/stash");
        statement("2.5: push, list, apply, pop, drop, clear", w -> {
            var path = Repository.of(w).shell("echo dirty > a").path();
            w.box()
                    .post("/git/stash", "path", path, "message", "mine")
                    .is(200)
                    .has("/action", "push")
                    .has("/created", true)
                    .has("/stashes/0/index", 0)
                    .has("/stashes/0/branch", "main")
                    .fits(
                            "its message",
                            answer -> answer.at("/stashes/0/message").asText().contains("mine"));
            w.box().post("/git/stash", "path", path).has("/created", false);
            w.box().post("/git/stash", "path", path, "action", "list").counts("/stashes", 1);
            w.box().post("/git/stash", "path", path, "action", "apply").is(200).counts("/stashes", 1);
            w.box().post("/git/reset", "path", path, "mode", "hard").is(200);
            w.box().post("/git/stash", "path", path, "action", "pop").is(200).counts("/stashes", 0);
            w.box().post("/git/stash", "path", path, "action", "clear").is(200);
        });
        statement("2.5: no such stash is 5000 with no_stash, a conflict 5006, local changes in the way 5010", w -> {
            var repository = Repository.of(w);
            w.box()
                    .post("/git/stash", "path", repository.path(), "action", "drop")
                    .fails(5000)
                    .reason("no_stash");
            repository.shell("echo stashed > a && git stash -q").commit("a", "other");
            w.box()
                    .post("/git/stash", "path", repository.path(), "action", "apply")
                    .fails(5006);
            repository.git("checkout -q -f HEAD").shell("git reset -q --hard && echo dirty > a");
            w.box()
                    .post("/git/stash", "path", repository.path(), "action", "apply")
                    .fails(5010);
        });
    }

    /** Every call at a repository that git refuses to look at, and at one whose place may not be entered. */
    private void unreadable() {
        for (var call : List.of("status", "log", "diff", "branches")) {
            endpoint("GET /sandboxes/{id}/git/" + call);
            statement("2.5: what may not be entered is 3004, what git refuses 5000", w -> {
                w.box().get("/git/" + call + "?path=/root/x").fails(3004);
                w.box().get("/git/" + call + "?path=" + broken(w)).fails(5000);
            });
        }
        var fields = Map.of(
                "branches", List.of("name", "x"),
                "checkout", List.of("target", "x"),
                "add", List.of("files", List.of(".")),
                "commit", List.of("message", "m"),
                "merge", List.of("branch", "x"),
                "reset", List.of(),
                "stash", List.of(),
                "push", List.of(),
                "pull", List.of(),
                "fetch", List.of());
        fields.forEach((call, more) -> {
            endpoint("POST /sandboxes/{id}/git/" + call);
            statement("2.5: what may not be entered is 3004, what git refuses 5000", w -> {
                w.box().post("/git/" + call, at("/root/x", more)).fails(3004);
                w.box().post("/git/" + call, at(broken(w), more)).fails(5000);
            });
        });
        endpoint("DELETE /sandboxes/{id}/git/branches/{name}");
        statement("2.5: what may not be entered is 3004, what git refuses 5000", w -> {
            w.box().delete("/git/branches/x?path=/root/x").fails(3004);
            w.box().delete("/git/branches/x?path=" + broken(w)).fails(5000);
        });
    }

    private static Object[] at(String path, List<?> more) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of("path", path), more.stream())
                .toArray();
    }

    /** With settings that git cannot read. */
    private static String broken(World w) {
        return Repository.of(w).shell("echo '[core' >> .git/config").path();
    }
}
