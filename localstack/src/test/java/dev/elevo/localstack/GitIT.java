package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static dev.elevo.localstack.GitBox.HOME;
import static dev.elevo.localstack.GitBox.REMOTE;
import static dev.elevo.localstack.GitBox.fails;
import static dev.elevo.localstack.GitBox.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories inside a sandbox, by its real git, with a real remote on its own loopback over HTTP. */
class GitIT {
    private static final String PASSWORD = "hush-hush-1";
    private static final Pattern PART = Pattern.compile("Receiving objects: +[1-9]\\d?% ");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static GitBox box;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        // By which git gives up a remote that says nothing, long before its time is over.
        box = GitBox.start(stack, PASSWORD, Map.of("GIT_HTTP_LOW_SPEED_TIME", "10"));
    }

    @Test
    void a_repository_is_made_worked_in_and_looked_at() {
        var path = HOME + "work";
        assertThat(ok(box.git("init", path)).field("reinitialized")).isEqualTo("false");
        assertThat(ok(box.git("init", path)).field("reinitialized")).isEqualTo("true");
        assertThat(ok(box.look("log", path, "")).data()).isEmpty();
        box.sh("cd work && printf 'a\\nb\\n' > a.txt && echo x > x.log && echo '*.log' > .gitignore");
        assertThat(ok(box.look("status", path, "&includeIgnored=true")).json())
                .containsEntry("branch", "main")
                .containsEntry("untracked", List.of(".gitignore", "a.txt"))
                .containsEntry("ignored", List.of("x.log"))
                .containsEntry("clean", false);
        ok(box.git("add", path, "files", List.of(".")));
        fails(box.git("add", path, "files", List.of("x.log")), 5000, "\"reason\":\"ignored\"");
        fails(box.git("add", path, "files", List.of("nothing")), 5000, "\"reason\":\"pathspec\"");
        var commit = ok(box.git(
                "commit",
                path,
                "message",
                "first\n\nbody",
                "author",
                "Ann",
                "email",
                "ann@x",
                "coAuthors",
                List.of(Map.of("name", "Bob", "email", "bob@x"))));
        assertThat(commit.json()).containsEntry("author", "Ann").containsEntry("committerEmail", "ann@x");
        assertThat(commit.field("message")).isEqualTo("first\n\nbody\n\nCo-authored-by: Bob <bob@x>");
        fails(box.git("commit", path, "message", "again"), 5003, "nothing_to_commit");

        box.sh("cd work && printf 'a\\nc\\n' > a.txt && git mv .gitignore ignored");
        var diff = ok(box.look("diff", path, ""));
        assertThat(diff.json()).containsEntry("stats", Map.of("files", 1, "insertions", 1, "deletions", 1));
        assertThat(diff.field("diff")).contains("-b\n+c\n");
        assertThat(ok(box.look("diff", path, "&commit=HEAD&format=name-status")).field("diff"))
                .isEqualTo("M\ta.txt\nR\t.gitignore\tignored\n");
        assertThat(ok(box.look("diff", path, "&format=stat")).field("diff")).contains("1 file changed");
        fails(box.look("diff", path, "&commit=nothing"), 5008, "nothing");

        var stashed = ok(box.git("stash", path, "message", "aside"));
        assertThat(stashed.json()).containsEntry("created", true);
        assertThat(ok(box.git("stash", path)).json()).containsEntry("created", false);
        box.sh("cd work && echo mine > a.txt");
        fails(box.git("stash", path, "action", "pop"), 5010, "a.txt");
        ok(box.git("reset", path, "mode", "hard"));
        assertThat(ok(box.git("stash", path, "action", "pop")).json()).containsEntry("stashes", List.of());
        fails(box.git("stash", path, "action", "drop"), 5000, "no_stash");

        var branch = box.git("branches", path, "name", "topic/one", "checkout", true);
        assertThat(branch.status()).as(branch.text()).isEqualTo(201);
        fails(box.git("branches", path, "name", "topic/one"), 5011, "topic/one");
        fails(box.git("branches", path, "name", "x", "startPoint", "nothing"), 5008, "nothing");
        ok(box.git("commit", path, "message", "second", "allowEmpty", true));
        box.sh("cd work && git add -A && git commit -qm third");
        ok(box.git("checkout", path, "target", "main"));
        fails(box.deleteBranch("topic%2Fone", path, ""), 5000, "not_merged");
        fails(box.deleteBranch("main", path, ""), 5000, "current_branch");
        fails(box.deleteBranch("none", path, ""), 5008, "none");
        var merged = ok(box.git("merge", path, "branch", "topic/one"));
        assertThat(merged.json()).containsEntry("fastForward", true).containsEntry("merged", true);
        assertThat(ok(box.git("merge", path, "branch", "topic/one")).json()).containsEntry("upToDate", true);
        assertThat(box.deleteBranch("topic/one", path, "").status()).isEqualTo(204);
        assertThat(ok(box.look("log", path + "/", "&limit=2")).json().toString())
                .contains("total=3", "summary=third", "hasMore=true");
        assertThat(ok(box.look("log", path, "&author=ann%40x&grep=%5Efir.t&paths=a.txt"))
                        .data())
                .hasSize(1);
        fails(box.look("log", path, "&ref=nothing"), 5008, "nothing");
        assertThat(ok(box.git("reset", path, "target", "HEAD~1")).field("mode")).isEqualTo("mixed");
        fails(box.git("reset", path, "target", "nothing"), 5008, "nothing");
        ok(box.git("checkout", path, "target", "HEAD", "paths", List.of("a.txt"), "force", true));
    }

    @Test
    void names_may_be_anything_that_a_file_system_takes() {
        var path = box.repository("names");
        box.sh(
                "cd names && printf 1 > \"$(printf 'line\\nend')\" && printf 1 > 'quo\"te' && printf 1 > -dash && printf 1 > '[a]*'"
                        + " && printf 1 > ':(top)' && printf 1 > \"$(printf 'b\\377d')\" && printf 1 > ab");

        assertThat(String.valueOf(ok(box.look("status", path, "")).json().get("untracked")))
                .contains("line\nend", "quo\"te", "-dash", "[a]*", ":(top)", "b\uFFFDd");
        ok(box.git("add", path, "files", List.of("line\nend", "quo\"te", "-dash", "[a]*", ":(top)")));
        var status = ok(box.look("status", path, "")).json();
        assertThat(String.valueOf(status.get("untracked"))).isEqualTo("[ab, b\uFFFDd]");
        assertThat(String.valueOf(
                        ok(box.look("diff", path, "&staged=true")).json().get("stats")))
                .contains("files=5");
        ok(box.git("commit", path, "message", "-m --amend"));
        assertThat(ok(box.look("log", path, "&paths=-dash")).data()).hasSize(1);
        assertThat(ok(box.git("add", path, "files", List.of("b*"))).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "content, 'echo ours > a.txt', 'echo theirs > a.txt', a.txt",
        "delete, 'git rm -q a.txt', 'echo theirs > a.txt', a.txt",
        "rename, 'git mv a.txt b.txt', 'git mv a.txt c.txt', b.txt",
        "both-add, 'echo 1 > n', 'echo 2 > n', n",
        "directory, 'mkdir n; echo 1 > n/x', 'echo 2 > n', n",
        "mode, 'echo 1 > n; chmod +x n', 'ln -s x n', n",
    })
    void a_merge_that_conflicts_stays_open_and_names_the_files(String name, String ours, String theirs, String file) {
        var path = box.repository("conflict-" + name);
        box.sh("cd conflict-" + name + " && git checkout -qb other && " + theirs
                + " && git add -A && git commit -qm theirs" + " && git checkout -q main && " + ours
                + " && git add -A && git commit -qm ours");

        fails(box.git("merge", path, "branch", "other"), 5006, file);
        var status = ok(box.look("status", path, "")).json();
        assertThat(status).containsEntry("merging", true).containsEntry("clean", false);
        assertThat(String.valueOf(status.get("conflicted"))).isNotEqualTo("[]");
        fails(box.git("commit", path, "message", "m"), 5006, "conflicts");
        fails(box.git("merge", path, "branch", "other"), 5006, "conflicts");
    }

    @Test
    void what_stands_in_the_way_is_named() {
        var path = box.repository("dirty");
        box.sh(
                "cd dirty && git checkout -qb other && echo 2 > a.txt && echo n > new && git add -A && git commit -qm two"
                        + " && git checkout -q main && echo mine > a.txt && echo mine > new && echo else > other.txt");

        fails(box.git("checkout", path, "target", "other"), 5010, "\"files\":[\"a.txt\",\"new\"]");
        fails(box.git("merge", path, "branch", "other"), 5010, "a.txt");
        fails(box.git("branches", path, "name", "x", "startPoint", "other", "checkout", true), 5010, "a.txt");
        ok(box.git("checkout", path, "target", "other", "force", true));
        box.sh("cd dirty && touch .git/index.lock");
        fails(box.git("add", path, "files", List.of("other.txt")), 5000, "\"reason\":\"locked\"");
        assertThat(box.look("status", path, "").status()).isEqualTo(200);
        box.sh("cd dirty && rm .git/index.lock && git checkout -q --orphan alone && git commit -qm alone");
        fails(box.git("merge", path, "branch", "main"), 5000, "unrelated_histories");
        fails(box.git("checkout", path, "target", "nothing"), 5008, "nothing");
        fails(box.git("checkout", path, "target", "main", "create", true), 5011, "main");
        var detached = ok(box.git("checkout", path, "target", "main~0"));
        assertThat(detached.json()).containsEntry("branch", null).containsEntry("detached", true);
        assertThat(ok(box.look("status", path, "")).json()).containsEntry("branch", "HEAD");
    }

    @Test
    void what_is_no_repository_or_nobodys_is_told_apart() {
        box.sh("mkdir -p plain && git init -q --bare naked.git && git init -q empty");

        fails(box.look("status", HOME + "plain", ""), 5001, HOME + "plain");
        fails(box.look("status", HOME + "nowhere", ""), 3001, "nowhere");
        fails(box.look("status", HOME + "server.py", ""), 3008, "server.py");
        fails(box.look("status", "/root", ""), 3004, "/root");
        fails(box.look("status", HOME + "naked.git", ""), 5000, "no_work_tree");
        fails(box.git("commit", HOME + "empty", "message", "m", "amend", true), 5003, "no_commit_to_amend");
        fails(box.git("stash", HOME + "empty"), 5000, "no_commit");
        fails(box.git("init", HOME + "server.py/x"), 3008, "server.py");
        fails(box.git("push", HOME + "empty"), 5009, "origin");
        fails(box.git("fetch", HOME + "empty", "remote", "none"), 5009, "none");
        fails(box.git("pull", HOME + "plain"), 5001, "plain");
    }

    @Test
    void a_hook_that_refuses_and_a_key_that_is_missing_keep_a_commit_back() {
        var path = box.repository("hooks");
        box.sh(
                "cd hooks && printf '#!/bin/sh\\necho no >&2\\nexit 1\\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit && echo 2 > a.txt");
        ok(box.git("add", path, "files", List.of("a.txt")));

        fails(box.git("commit", path, "message", "m"), 5003, "hook_failed");
        fails(box.git("commit", path, "message", "m", "sign", true, "noVerify", true), 5003, "signing_failed");
        ok(box.git("commit", path, "message", "m", "noVerify", true));
    }

    @Test
    void many_branches_come_at_once_or_by_pages() {
        var path = box.repository("many");
        box.sh(
                "cd many && c=$(git rev-parse HEAD) && for i in $(seq 5000); do echo \"create refs/heads/b$i $c\"; done | git update-ref --stdin");

        assertThat(ok(box.look("branches", path, "")).data()).hasSize(5001);
        var page = ok(box.look("branches", path, "&limit=100&page=51"));
        assertThat(page.data()).hasSize(1);
        assertThat(String.valueOf(page.json().get("pagination"))).contains("total=5001");
    }

    @Test
    void a_remote_over_http_is_cloned_pushed_to_pulled_and_fetched() {
        box.serve("open.git");
        var url = REMOTE + "open/open.git";
        var path = HOME + "open";
        assertThat(ok(box.git("clone", path, "url", url)).json())
                .containsEntry("branch", "main")
                .containsEntry("message", "first of all");
        fails(box.git("clone", path, "url", url), 3002, path);
        fails(box.git("clone", HOME + "c2", "url", url, "branch", "nothing"), 5008, "nothing");
        fails(box.git("clone", HOME + "c3", "url", url, "commitId", "0123456789abcdef"), 5008, "0123456789abcdef");
        var shallow = ok(box.git("clone", HOME + "shallow", "url", url, "depth", 1));
        assertThat(ok(box.look("log", HOME + "shallow", "")).data()).hasSize(1);
        var detached = ok(box.git("clone", HOME + "detached", "url", url, "commitId", shallow.field("commit")));
        assertThat(detached.json()).containsEntry("branch", null);

        assertThat(ok(box.git("push", path)).json()).containsEntry("upToDate", true);
        box.sh("cd open && echo 2 > a.txt && git commit -qam two");
        assertThat(ok(box.look("status", path, "")).json())
                .containsEntry("ahead", 1)
                .containsEntry("upstream", "origin/main")
                .containsEntry("published", true);
        assertThat(ok(box.git("push", path)).json()).containsEntry("upToDate", false);
        fails(box.git("push", path, "branch", "nothing"), 5008, "nothing");
        box.sh("cd shallow && echo 3 > b.txt && git add . && git commit -qm three");
        fails(box.git("push", HOME + "shallow"), 5004, "rejected");
        assertThat(box.git("push", HOME + "shallow").status()).isEqualTo(409);
        fails(box.git("pull", HOME + "shallow", "ffOnly", true), 5005, "not_fast_forward");
        ok(box.git("pull", HOME + "shallow"));
        assertThat(ok(box.git("push", HOME + "shallow")).json()).containsEntry("upToDate", false);
        assertThat(ok(box.git("fetch", path, "prune", true)).json()).containsEntry("success", true);
        box.sh("cd open && echo mine > b.txt");
        fails(box.git("pull", path), 5010, "b.txt");
        box.sh("cd open && rm b.txt && echo 4 > b.txt && git add . && git commit -qm four");
        fails(box.git("pull", path, "rebase", true), 5006, "b.txt");
        assertThat(ok(box.look("status", path, "")).json()).containsEntry("rebasing", true);
        box.sh("cd open && git rebase --abort");
        fails(box.git("pull", path, "branch", "nothing"), 5008, "");
        box.sh("cd open && git checkout -q --orphan alone && git commit -qm alone");
        fails(box.git("pull", path, "branch", "main"), 5005, "unrelated_histories");
        ok(box.git("push", path, "setUpstream", true));
        ok(box.git("checkout", path, "target", "main"));
        assertThat(box.deleteBranch("alone", path, "&force=true&remote=origin").status())
                .isEqualTo(204);
        fails(box.deleteBranch("alone", path, "&remote=origin"), 5008, "");
        assertThat(ok(box.look("branches", path, "&remoteOnly=true")).data())
                .extracting(branch -> branch.get("name"))
                .contains("origin/main");
        box.sh(
                "git -C served/open.git config receive.denyCurrentBranch refuse; printf '#!/bin/sh\\nexit 1\\n' > served/open.git/hooks/pre-receive;"
                        + " chmod +x served/open.git/hooks/pre-receive");
        fails(box.git("push", path, "force", true), 5004, "rejected");
    }

    @Test
    void submodules_are_cloned_with_their_repository() {
        box.serve("inner.git");
        box.serve("outer.git");
        box.sh("cd seed-outer.git && git submodule add -q " + REMOTE + "open/inner.git inner && git commit -qm sub"
                + " && git push -q ../served/outer.git main");

        ok(box.git("clone", HOME + "outer", "url", REMOTE + "open/outer.git", "recursive", true));
        assertThat(box.sh("cat outer/inner/a.txt")).isEqualTo("one");
        assertThat(ok(box.look("status", HOME + "outer", "")).json()).containsEntry("clean", true);
    }

    @Test
    void a_login_is_for_one_call_and_leaves_nothing_behind() {
        box.serve("login.git");
        var url = REMOTE + "login/login.git";
        var path = HOME + "login";
        fails(box.git("clone", path, "url", url), 5007, "refused");
        fails(box.git("clone", path, "url", url, "username", "me", "password", "wrong-pass-1"), 5007, "refused");
        box.sh("git config --global credential.helper store");
        // A hook sees what a process of the same user can see.
        ok(box.git("clone", path, "url", url, "username", "me", "password", PASSWORD));
        box.sh("cd login && printf '#!/bin/sh\\n(env; cat <&9; git credential fill <<E\\nurl=" + REMOTE
                + "\\n\\nE\\n) > /home/user/seen 2>&1\\nexit 0\\n' > .git/hooks/pre-push && chmod +x .git/hooks/pre-push"
                + " && echo 2 > a.txt && git commit -qam two");
        fails(box.git("push", path), 5007, "refused");
        ok(box.git("push", path, "username", "me", "password", PASSWORD));
        ok(box.git("fetch", path, "username", "me", "password", PASSWORD));
        assertThat(ok(box.git("pull", path, "username", "me", "password", PASSWORD))
                        .json())
                .containsEntry("updated", false);
        assertThat(box.sh("grep -c GIT_ seen")).isNotEqualTo("0");
        box.sh("cd login && for r in two three four; do git remote add $r " + url + "; done");
        ok(box.git("fetch", path, "all", true, "username", "me", "password", PASSWORD));
        assertThat(box.sh("git -C login branch -r")).contains("two/main", "three/main", "four/main");
        assertThat(stack.get(box.sandbox() + "/process?includeExited=true&includeSystem=true")
                        .text())
                .doesNotContain(PASSWORD);
        assertThat(box.filesWith(PASSWORD)).isEmpty();
        box.sh("git config --global --unset credential.helper");
    }

    @Test
    void a_hook_of_a_push_finds_no_login_and_can_refuse_it() {
        box.serve("hooked.git");
        var path = HOME + "hooked";
        ok(box.git("clone", path, "url", REMOTE + "open/hooked.git"));
        box.sh("cd hooked && echo 2 > a.txt && git commit -qam two && touch /home/user/no && cd .git/hooks"
                + " && printf '#!/bin/sh\\n(echo \"$1\"; cat; cat <&9) >> /home/user/found 2>&1\\n[ ! -e /home/user/no ]\\n' > pre-push"
                + " && cp pre-push reference-transaction && chmod +x pre-push reference-transaction");
        fails(box.git("push", path, "username", "me", "password", PASSWORD), 5004, "\"reason\":\"other\"");
        box.sh("rm no");
        assertThat(ok(box.git("push", path, "username", "me", "password", PASSWORD))
                        .json())
                .as("the remote asks for no login")
                .containsEntry("upToDate", false);
        assertThat(box.sh("cat found")).contains("origin\n", "refs/heads/main ").doesNotContain("username", PASSWORD);
    }

    @Test
    void no_other_host_is_given_the_login() {
        box.serve("moved.git");
        var url = REMOTE + "login/moved.git";
        ok(box.git("clone", HOME + "moved", "url", url, "username", "me", "password", PASSWORD));
        box.sh("git config --global url.http://localhost:8418/.insteadOf http://elsewhere/");

        fails(
                box.git(
                        "clone",
                        HOME + "moved2",
                        "url",
                        "http://elsewhere/login/moved.git",
                        "username",
                        "me",
                        "password",
                        PASSWORD),
                5007,
                "");
        box.sh("git config --global --unset url.http://localhost:8418/.insteadOf");
    }

    @ParameterizedTest
    @CsvSource({
        "open/none.git, 5002, not_found, 502",
        "refuse/x.git, 5007, refused, 403",
        "lie/x.git, 5002, other, 502",
    })
    void a_remote_that_is_of_no_use_is_told_with_its_reason(String name, int code, String reason, int status) {
        var answer = box.git("clone", HOME + "useless", "url", REMOTE + name);

        fails(answer, code, reason);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void a_remote_that_is_not_there_is_a_matter_of_the_network() {
        fails(box.git("clone", HOME + "useless", "url", "http://127.0.0.1:1/x.git"), 5002, "network");
        fails(box.git("clone", HOME + "useless", "url", "file:///home/user/none.git"), 5002, "not_found");
        var path = box.repository("unreachable");
        box.sh("git -C unreachable remote add origin http://127.0.0.1:1/x.git");
        fails(box.git("push", path), 5004, "network");
        assertThat(box.git("push", path).status()).isEqualTo(502);
        fails(box.git("fetch", path), 5005, "network");
        box.sh("git -C unreachable remote set-url origin \"ext::sh -c 'touch /home/user/hacked'\"");
        fails(box.git("fetch", path), 5005, "\"reason\":\"other\"");
        assertThat(box.sh("ls hacked 2>/dev/null || true")).isEmpty();
    }

    @Test
    void a_remote_that_hangs_is_202_shows_its_progress_and_ends_by_its_time() {
        var begun = box.git("clone", HOME + "hung", "url", REMOTE + "hang/x.git", "timeoutMs", 4000, "waitMs", 100);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        assertThat(begun.field("command")).isEqualTo("git clone /home/user/hung");
        var process = begun.header("location");
        assertThat(process).isEqualTo(box.sandbox() + "/process/" + begun.field("pid"));

        assertThat(stack.get(process + "/output?stream=stderr&waitMs=3000").text())
                .contains("Cloning into");
        var result = box.result(begun);
        fails(result, 5002, "timeout");
        assertThat(result.status()).isEqualTo(502);
        assertThat(there("hung")).isEmpty();
    }

    @Test
    void a_slow_clone_shows_how_much_of_it_has_come() {
        box.serveHalf("half.git");
        var begun = box.git("clone", HOME + "half", "url", REMOTE + "open/half.git", "waitMs", 0);
        box.awaitHalf("half.git");
        var output = begun.header("location") + "/output?stream=stderr";

        Eventually.await(
                "half of it has come",
                () -> PART.matcher(stack.get(output).text()).find());
        assertThat(stack.get(begun.header("location") + "/result?waitMs=0").status())
                .isEqualTo(202);

        box.letGo("half.git");
        ok(box.result(begun));
        assertThat(stack.get(output).text()).contains("Receiving objects: 100%");
    }

    @Test
    void an_answer_that_is_too_large_for_one_says_so() {
        var path = box.repository("large-answer");
        box.sh("cd large-answer && seq 2000000 > a.txt");

        fails(box.look("diff", path, ""), 5000, "\"reason\":\"too_large\"");
        assertThat(ok(box.look("diff", path, "&format=stat")).field("diff")).contains("1 file changed");
    }

    @Test
    void a_clone_that_fails_at_its_checkout_leaves_nothing_in_the_way_of_the_next() {
        box.serve("filtered.git");
        box.sh("cd seed-filtered.git && echo '*.txt filter=f' > .gitattributes && git add . && git commit -qm filtered"
                + " && git push -q ../served/filtered.git main");
        Object[] call = {"url", REMOTE + "open/filtered.git", "timeoutMs", 5000};
        box.sh("git config --global filter.f.required true && git config --global filter.f.smudge 'sleep 1000'");
        fails(box.git("clone", HOME + "filtered", call), 5002, "timeout");
        assertThat(there("filtered")).isEmpty();

        box.sh("mkdir filtered && git config --global filter.f.smudge false");
        fails(box.git("clone", HOME + "filtered", call), 5002, "smudge filter f failed");
        assertThat(box.sh("ls -A filtered")).as("it was there before").isEmpty();

        box.sh("git config --global --remove-section filter.f");
        ok(box.git("clone", HOME + "filtered", call));
    }

    private static String there(String name) {
        return box.sh("ls -d " + name + " 2>/dev/null || true");
    }

    @Test
    void a_repository_of_another_user_is_not_trusted() {
        assume(!FakeCloud.isEverywhere(), "in a MicroVM nobody but its one user runs anything");
        box.asRoot("git init -q alien");

        fails(box.look("status", HOME + "alien", ""), 5000, "\"reason\":\"unsafe_ownership\"");
        fails(box.git("commit", HOME + "alien", "message", "m"), 5000, "\"reason\":\"unsafe_ownership\"");
    }

    @Test
    void a_repository_that_git_cannot_read_is_not_told_as_none() {
        var path = box.repository("unread");
        box.sh("cd unread && echo '[core' >> .git/config");

        fails(box.look("status", path, ""), 5000, "\"reason\":\"broken\"");
        fails(box.look("log", path + "/.git", ""), 5000, "bad config line");
        fails(box.git("pull", path), 5000, "\"reason\":\"broken\"");
    }

    @Test
    void a_branch_that_has_lost_its_commit_is_not_one_without_any() {
        var path = box.repository("lost");
        box.sh("cd lost && rm -rf .git/objects/??");

        fails(box.look("log", path, ""), 5000, "fatal");
    }

    @Test
    void a_repository_whose_remote_hangs_or_is_none_is_told_so_by_every_transfer() {
        var path = box.repository("stuck");
        box.sh("cd stuck && git remote add origin " + REMOTE + "hang/x.git && git remote add none " + REMOTE
                + "open/none.git");
        var begun = Map.of("push", 5004, "pull", 5005, "fetch", 5005).entrySet().stream()
                .map(call -> Map.entry(box.git(call.getKey(), path, "waitMs", 0), call.getValue()))
                .toList();

        fails(box.git("push", path, "remote", "none"), 5004, "\"reason\":\"not_found\"");
        fails(box.git("pull", path, "remote", "none"), 5005, "\"reason\":\"not_found\"");
        fails(box.git("fetch", path, "remote", "none"), 5005, "\"reason\":\"not_found\"");
        box.sh("git -C stuck remote add liar " + REMOTE + "lie/x.git");
        fails(box.git("push", path, "remote", "liar"), 5004, "\"reason\":\"not_found\"");
        fails(box.git("pull", path, "remote", "liar"), 5005, "\"reason\":\"other\"");
        fails(box.git("fetch", path, "remote", "liar"), 5005, "\"reason\":\"other\"");
        begun.forEach(call -> {
            var result = box.result(call.getKey());
            fails(result, call.getValue(), "\"reason\":\"timeout\"");
            assertThat(result.status()).isEqualTo(502);
        });
    }

    @Test
    void a_file_above_the_limit_comes_from_no_remote_and_goes_to_none() {
        box.serve("large.git");
        var url = REMOTE + "open/large.git";
        ok(box.git("clone", HOME + "small", "url", url));
        box.sh(
                "cd seed-large.git && truncate -s 101M huge && git add . && git commit -qm huge && git push -q ../served/large.git main");

        fails(box.git("clone", HOME + "large", "url", url), 5002, "\"limit\":104857600");
        assertThat(box.sh("ls large 2>&1 || true")).contains("No such file");
        fails(box.git("pull", HOME + "small"), 5005, "\"limit\":104857600");
        assertThat(ok(box.look("status", HOME + "small", "")).json())
                .containsEntry("clean", true)
                .containsEntry("behind", 1);
        box.sh("cd small && truncate -s 102M huge && git add . && git commit -qm mine");
        fails(box.git("push", HOME + "small", "force", true), 5004, "\"limit\":104857600");
        box.sh("rm -rf small seed-large.git served/large.git");
    }

    @Test
    void a_merge_takes_any_message_and_refuses_what_it_cannot_do() {
        var path = box.repository("merges");
        box.sh(
                "cd merges && git checkout -qb other && echo 2 > b && git add . && git commit -qm two && git checkout -q main"
                        + " && echo 3 > c && git add . && git commit -qm three");
        var message = "long: " + "日".repeat(60_000);

        fails(box.git("merge", path, "branch", "other", "ffOnly", true), 5000, "\"reason\":\"not_fast_forward\"");
        assertThat(ok(box.git("merge", path, "branch", "other", "commit", false))
                        .json())
                .containsEntry("commit", null);
        fails(box.git("merge", path, "branch", "other"), 5000, "\"reason\":\"merging\"");
        box.sh("git -C merges merge --abort");
        assertThat(ok(box.git("merge", path, "branch", "other", "message", message))
                        .json()
                        .toString())
                .contains("summary=" + message);
    }

    @Test
    void what_the_repository_is_configured_to_does_not_change_what_is_answered() {
        var path = box.repository("configured");
        box.sh(
                "cd configured && git config i18n.commitEncoding ISO-8859-1 && git config diff.relative true && git config log.follow true"
                        + " && mkdir sub && echo 1 > sub/x && git add . && git commit -qm two && git mv a.txt moved.txt && git commit -qm three"
                        + " && echo 2 > moved.txt");
        ok(box.git("add", path, "files", List.of(".")));

        assertThat(ok(box.git("commit", path, "message", "Grüße 日本")).field("message"))
                .isEqualTo("Grüße 日本");
        assertThat(ok(box.look("log", path, "&limit=1")).json().toString()).contains("summary=Grüße 日本");
        box.sh("echo 3 > configured/moved.txt");
        assertThat(String.valueOf(ok(box.look("diff", path + "/sub", "")).json().get("files")))
                .contains("path=moved.txt");
        var log = ok(box.look("log", path, "&paths=moved.txt"));
        assertThat(String.valueOf(log.json().get("pagination")))
                .contains("total=" + log.data().size());
    }

    @Test
    void the_result_of_what_took_longer_is_the_answer_of_the_call() {
        box.serve("slow.git");
        var begun = box.git("clone", HOME + "slow", "url", REMOTE + "open/slow.git", "waitMs", 0);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        assertThat(ok(box.result(begun)).json())
                .containsOnlyKeys("path", "branch", "commit", "message")
                .containsEntry("branch", "main");
    }
}
