package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories inside a sandbox, by its real git, with real remotes on its own loopback: over HTTP, and over SSH. */
class GitIT {
    private static final String HOME = "/home/user/";
    private static final String REMOTE = "http://127.0.0.1:8418/";
    private static final String PASSWORD = "hush-hush-1";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.createDefault();

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static String sandbox;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        // By which git gives up a remote that says nothing, long before its time is over.
        var created = stack.post("/api/v1/sandboxes", "{\"env\":{\"GIT_HTTP_LOW_SPEED_TIME\":\"10\"}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        sandbox = "/api/v1/sandboxes/" + created.field("id");
        sh("git config --global user.name Tester; git config --global user.email tester@example.org;"
                + " git config --global init.defaultBranch main; mkdir -p served");
        try (var server = Objects.requireNonNull(GitIT.class.getResourceAsStream("git_server.py"))) {
            ok(stack.post(
                    sandbox + "/files/write",
                    json(Map.of(
                            "path",
                            HOME + "server.py",
                            "content",
                            new String(server.readAllBytes(), StandardCharsets.UTF_8)))));
        }
        var server = stack.post(
                sandbox + "/process/spawn",
                json(Map.of("command", "exec python3 server.py " + HOME + "served 8418", "cwd", "/home/user")));
        assertThat(server.status()).as(server.text()).isEqualTo(201);
        sh("for i in $(seq 600); do git ls-remote -q " + REMOTE
                + "nothing 2>&1 | grep -q 'not found' && exit; sleep 0.1; done; exit 1");
    }

    private static String json(Map<String, ?> fields) {
        try {
            return new String(JSON.writeValueAsBytes(fields), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunningStack.Answer ok(RunningStack.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    /** In the home of the sandbox's user; must succeed. */
    private static String sh(String script) {
        var answer = ok(stack.post(
                sandbox + "/process/run",
                json(Map.of("command", "set -e; " + script, "cwd", "/home/user", "timeoutMs", 120_000))));
        assertThat(answer.field("exitCode")).as(answer.text()).isEqualTo("0");
        return answer.field("stdout").strip();
    }

    /** A repository with a commit. */
    private static String repository(String name) {
        sh("git init -q " + name + " && cd " + name + " && echo one > a.txt && git add . && git commit -qm one");
        return HOME + name;
    }

    /** One that is served, and has a commit on main. */
    private static void serve(String name) {
        sh("git init -q --bare served/" + name + " && git -C served/" + name + " config http.receivepack true"
                + " && git init -q seed-" + name + " && cd seed-" + name
                + " && echo one > a.txt && git add . && git commit -qm 'first of all' && git push -q ../served/" + name
                + " main");
    }

    private static RunningStack.Answer git(String call, String path, Object... more) {
        var body = new HashMap<String, Object>(Map.of("path", path));
        for (int i = 0; i < more.length; i += 2) {
            body.put(more[i].toString(), more[i + 1]);
        }
        return stack.post(sandbox + "/git/" + call, json(body));
    }

    private static RunningStack.Answer look(String call, String path, String query) {
        return stack.get(sandbox + "/git/" + call + "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + query);
    }

    private static void fails(RunningStack.Answer answer, int code, String detail) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.text()).contains(detail);
    }

    @Test
    void a_repository_is_made_worked_in_and_looked_at() {
        var path = HOME + "work";
        assertThat(ok(git("init", path)).field("reinitialized")).isEqualTo("false");
        assertThat(ok(git("init", path)).field("reinitialized")).isEqualTo("true");
        assertThat(ok(look("log", path, "")).data()).isEmpty();
        sh("cd work && printf 'a\\nb\\n' > a.txt && echo x > x.log && echo '*.log' > .gitignore");
        assertThat(ok(look("status", path, "&includeIgnored=true")).json())
                .containsEntry("branch", "main")
                .containsEntry("untracked", List.of(".gitignore", "a.txt"))
                .containsEntry("ignored", List.of("x.log"))
                .containsEntry("clean", false);
        ok(git("add", path, "files", List.of(".")));
        fails(git("add", path, "files", List.of("x.log")), 5000, "\"reason\":\"ignored\"");
        fails(git("add", path, "files", List.of("nothing")), 5000, "\"reason\":\"pathspec\"");
        var commit = ok(git(
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
        fails(git("commit", path, "message", "again"), 5003, "nothing_to_commit");

        sh("cd work && printf 'a\\nc\\n' > a.txt && git mv .gitignore ignored");
        var diff = ok(look("diff", path, ""));
        assertThat(diff.json()).containsEntry("stats", Map.of("files", 1, "insertions", 1, "deletions", 1));
        assertThat(diff.field("diff")).contains("-b\n+c\n");
        assertThat(ok(look("diff", path, "&commit=HEAD&format=name-status")).field("diff"))
                .isEqualTo("M\ta.txt\nR\t.gitignore\tignored\n");
        assertThat(ok(look("diff", path, "&format=stat")).field("diff")).contains("1 file changed");
        fails(look("diff", path, "&commit=nothing"), 5008, "nothing");

        var stashed = ok(git("stash", path, "message", "aside"));
        assertThat(stashed.json()).containsEntry("created", true);
        assertThat(ok(git("stash", path)).json()).containsEntry("created", false);
        sh("cd work && echo mine > a.txt");
        fails(git("stash", path, "action", "pop"), 5010, "a.txt");
        ok(git("reset", path, "mode", "hard"));
        assertThat(ok(git("stash", path, "action", "pop")).json()).containsEntry("stashes", List.of());
        fails(git("stash", path, "action", "drop"), 5000, "no_stash");

        var branch = git("branches", path, "name", "topic/one", "checkout", true);
        assertThat(branch.status()).as(branch.text()).isEqualTo(201);
        fails(git("branches", path, "name", "topic/one"), 5011, "topic/one");
        fails(git("branches", path, "name", "x", "startPoint", "nothing"), 5008, "nothing");
        ok(git("commit", path, "message", "second", "allowEmpty", true));
        sh("cd work && git add -A && git commit -qm third");
        ok(git("checkout", path, "target", "main"));
        fails(stack.delete(sandbox + "/git/branches/topic%2Fone?path=" + path), 5000, "not_merged");
        fails(stack.delete(sandbox + "/git/branches/main?path=" + path), 5000, "current_branch");
        fails(stack.delete(sandbox + "/git/branches/none?path=" + path), 5008, "none");
        var merged = ok(git("merge", path, "branch", "topic/one"));
        assertThat(merged.json()).containsEntry("fastForward", true).containsEntry("merged", true);
        assertThat(ok(git("merge", path, "branch", "topic/one")).json()).containsEntry("upToDate", true);
        assertThat(stack.delete(sandbox + "/git/branches/topic/one?path=" + path)
                        .status())
                .isEqualTo(204);
        assertThat(ok(look("log", path + "/", "&limit=2")).json().toString())
                .contains("total=3", "summary=third", "hasMore=true");
        assertThat(ok(look("log", path, "&author=ann%40x&grep=%5Efir.t&paths=a.txt"))
                        .data())
                .hasSize(1);
        fails(look("log", path, "&ref=nothing"), 5008, "nothing");
        assertThat(ok(git("reset", path, "target", "HEAD~1")).field("mode")).isEqualTo("mixed");
        fails(git("reset", path, "target", "nothing"), 5008, "nothing");
        ok(git("checkout", path, "target", "HEAD", "paths", List.of("a.txt"), "force", true));
    }

    @Test
    void names_may_be_anything_that_a_file_system_takes() {
        var path = repository("names");
        sh(
                "cd names && printf 1 > \"$(printf 'line\\nend')\" && printf 1 > 'quo\"te' && printf 1 > -dash && printf 1 > '[a]*'"
                        + " && printf 1 > ':(top)' && printf 1 > \"$(printf 'b\\377d')\" && printf 1 > ab");

        assertThat(String.valueOf(ok(look("status", path, "")).json().get("untracked")))
                .contains("line\nend", "quo\"te", "-dash", "[a]*", ":(top)", "b\uFFFDd");
        ok(git("add", path, "files", List.of("line\nend", "quo\"te", "-dash", "[a]*", ":(top)")));
        var status = ok(look("status", path, "")).json();
        assertThat(String.valueOf(status.get("untracked"))).isEqualTo("[ab, b\uFFFDd]");
        assertThat(String.valueOf(ok(look("diff", path, "&staged=true")).json().get("stats")))
                .contains("files=5");
        ok(git("commit", path, "message", "-m --amend"));
        assertThat(ok(look("log", path, "&paths=-dash")).data()).hasSize(1);
        assertThat(ok(git("add", path, "files", List.of("b*"))).status()).isEqualTo(200);
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
        var path = repository("conflict-" + name);
        sh("cd conflict-" + name + " && git checkout -qb other && " + theirs + " && git add -A && git commit -qm theirs"
                + " && git checkout -q main && " + ours + " && git add -A && git commit -qm ours");

        fails(git("merge", path, "branch", "other"), 5006, file);
        var status = ok(look("status", path, "")).json();
        assertThat(status).containsEntry("merging", true).containsEntry("clean", false);
        assertThat(String.valueOf(status.get("conflicted"))).isNotEqualTo("[]");
        fails(git("commit", path, "message", "m"), 5006, "conflicts");
        fails(git("merge", path, "branch", "other"), 5006, "conflicts");
    }

    @Test
    void what_stands_in_the_way_is_named() {
        var path = repository("dirty");
        sh("cd dirty && git checkout -qb other && echo 2 > a.txt && echo n > new && git add -A && git commit -qm two"
                + " && git checkout -q main && echo mine > a.txt && echo mine > new && echo else > other.txt");

        fails(git("checkout", path, "target", "other"), 5010, "\"files\":[\"a.txt\",\"new\"]");
        fails(git("merge", path, "branch", "other"), 5010, "a.txt");
        fails(git("branches", path, "name", "x", "startPoint", "other", "checkout", true), 5010, "a.txt");
        ok(git("checkout", path, "target", "other", "force", true));
        sh("cd dirty && touch .git/index.lock");
        fails(git("add", path, "files", List.of("other.txt")), 5000, "\"reason\":\"locked\"");
        assertThat(look("status", path, "").status()).isEqualTo(200);
        sh("cd dirty && rm .git/index.lock && git checkout -q --orphan alone && git commit -qm alone");
        fails(git("merge", path, "branch", "main"), 5000, "unrelated_histories");
        fails(git("checkout", path, "target", "nothing"), 5008, "nothing");
        fails(git("checkout", path, "target", "main", "create", true), 5011, "main");
        var detached = ok(git("checkout", path, "target", "main~0"));
        assertThat(detached.json()).containsEntry("branch", null).containsEntry("detached", true);
        assertThat(ok(look("status", path, "")).json()).containsEntry("branch", "HEAD");
    }

    @Test
    void what_is_no_repository_or_nobodys_is_told_apart() {
        sh("mkdir -p plain && git init -q --bare naked.git && git init -q empty");

        fails(look("status", HOME + "plain", ""), 5001, HOME + "plain");
        fails(look("status", HOME + "nowhere", ""), 3001, "nowhere");
        fails(look("status", HOME + "server.py", ""), 3008, "server.py");
        fails(look("status", "/root", ""), 3004, "/root");
        fails(look("status", HOME + "naked.git", ""), 5000, "no_work_tree");
        fails(git("commit", HOME + "empty", "message", "m", "amend", true), 5003, "no_commit_to_amend");
        fails(git("stash", HOME + "empty"), 5000, "no_commit");
        fails(git("init", HOME + "server.py/x"), 3008, "server.py");
        fails(git("push", HOME + "empty"), 5009, "origin");
        fails(git("fetch", HOME + "empty", "remote", "none"), 5009, "none");
        fails(git("pull", HOME + "plain"), 5001, "plain");
    }

    @Test
    void a_hook_that_refuses_and_a_key_that_is_missing_keep_a_commit_back() {
        var path = repository("hooks");
        sh(
                "cd hooks && printf '#!/bin/sh\\necho no >&2\\nexit 1\\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit && echo 2 > a.txt");
        ok(git("add", path, "files", List.of("a.txt")));

        fails(git("commit", path, "message", "m"), 5003, "hook_failed");
        fails(git("commit", path, "message", "m", "sign", true, "noVerify", true), 5003, "signing_failed");
        ok(git("commit", path, "message", "m", "noVerify", true));
    }

    @Test
    void many_branches_come_at_once_or_by_pages() {
        var path = repository("many");
        sh(
                "cd many && c=$(git rev-parse HEAD) && for i in $(seq 5000); do echo \"create refs/heads/b$i $c\"; done | git update-ref --stdin");

        assertThat(ok(look("branches", path, "")).data()).hasSize(5001);
        var page = ok(look("branches", path, "&limit=100&page=51"));
        assertThat(page.data()).hasSize(1);
        assertThat(String.valueOf(page.json().get("pagination"))).contains("total=5001");
    }

    @Test
    void a_remote_over_http_is_cloned_pushed_to_pulled_and_fetched() {
        serve("open.git");
        var url = REMOTE + "open/open.git";
        var path = HOME + "open";
        assertThat(ok(git("clone", path, "url", url)).json())
                .containsEntry("branch", "main")
                .containsEntry("message", "first of all");
        fails(git("clone", path, "url", url), 3002, path);
        fails(git("clone", HOME + "c2", "url", url, "branch", "nothing"), 5008, "nothing");
        fails(git("clone", HOME + "c3", "url", url, "commitId", "0123456789abcdef"), 5008, "0123456789abcdef");
        var shallow = ok(git("clone", HOME + "shallow", "url", url, "depth", 1));
        assertThat(ok(look("log", HOME + "shallow", "")).data()).hasSize(1);
        var detached = ok(git("clone", HOME + "detached", "url", url, "commitId", shallow.field("commit")));
        assertThat(detached.json()).containsEntry("branch", null);

        assertThat(ok(git("push", path)).json()).containsEntry("upToDate", true);
        sh("cd open && echo 2 > a.txt && git commit -qam two");
        assertThat(ok(look("status", path, "")).json())
                .containsEntry("ahead", 1)
                .containsEntry("upstream", "origin/main")
                .containsEntry("published", true);
        assertThat(ok(git("push", path)).json()).containsEntry("upToDate", false);
        fails(git("push", path, "branch", "nothing"), 5008, "nothing");
        sh("cd shallow && echo 3 > b.txt && git add . && git commit -qm three");
        fails(git("push", HOME + "shallow"), 5004, "rejected");
        assertThat(git("push", HOME + "shallow").status()).isEqualTo(409);
        fails(git("pull", HOME + "shallow", "ffOnly", true), 5005, "not_fast_forward");
        ok(git("pull", HOME + "shallow"));
        assertThat(ok(git("push", HOME + "shallow")).json()).containsEntry("upToDate", false);
        assertThat(ok(git("fetch", path, "prune", true)).json()).containsEntry("success", true);
        sh("cd open && echo mine > b.txt");
        fails(git("pull", path), 5010, "b.txt");
        sh("cd open && rm b.txt && echo 4 > b.txt && git add . && git commit -qm four");
        fails(git("pull", path, "rebase", true), 5006, "b.txt");
        assertThat(ok(look("status", path, "")).json()).containsEntry("rebasing", true);
        sh("cd open && git rebase --abort");
        fails(git("pull", path, "branch", "nothing"), 5008, "");
        sh("cd open && git checkout -q --orphan alone && git commit -qm alone");
        fails(git("pull", path, "branch", "main"), 5005, "unrelated_histories");
        ok(git("push", path, "setUpstream", true));
        ok(git("checkout", path, "target", "main"));
        assertThat(stack.delete(sandbox + "/git/branches/alone?force=true&remote=origin&path=" + path)
                        .status())
                .isEqualTo(204);
        fails(stack.delete(sandbox + "/git/branches/alone?remote=origin&path=" + path), 5008, "");
        assertThat(ok(look("branches", path, "&remoteOnly=true")).data())
                .extracting(branch -> branch.get("name"))
                .contains("origin/main");
        sh(
                "git -C served/open.git config receive.denyCurrentBranch refuse; printf '#!/bin/sh\\nexit 1\\n' > served/open.git/hooks/pre-receive;"
                        + " chmod +x served/open.git/hooks/pre-receive");
        fails(git("push", path, "force", true), 5004, "rejected");
    }

    @Test
    void submodules_are_cloned_with_their_repository() {
        serve("inner.git");
        serve("outer.git");
        sh("cd seed-outer.git && git submodule add -q " + REMOTE + "open/inner.git inner && git commit -qm sub"
                + " && git push -q ../served/outer.git main");

        ok(git("clone", HOME + "outer", "url", REMOTE + "open/outer.git", "recursive", true));
        assertThat(sh("cat outer/inner/a.txt")).isEqualTo("one");
        assertThat(ok(look("status", HOME + "outer", "")).json()).containsEntry("clean", true);
    }

    @Test
    void a_login_is_for_one_call_and_leaves_nothing_behind() {
        serve("login.git");
        var url = REMOTE + "login/login.git";
        var path = HOME + "login";
        fails(git("clone", path, "url", url), 5007, "refused");
        fails(git("clone", path, "url", url, "username", "me", "password", "wrong-pass-1"), 5007, "refused");
        sh("git config --global credential.helper store");
        // A hook sees what a process of the same user can see.
        ok(git("clone", path, "url", url, "username", "me", "password", PASSWORD));
        sh("cd login && printf '#!/bin/sh\\n(env; cat <&9; git credential fill <<E\\nurl=" + REMOTE
                + "\\n\\nE\\n) > /home/user/seen 2>&1\\nexit 0\\n' > .git/hooks/pre-push && chmod +x .git/hooks/pre-push"
                + " && echo 2 > a.txt && git commit -qam two");
        fails(git("push", path), 5007, "refused");
        ok(git("push", path, "username", "me", "password", PASSWORD));
        ok(git("fetch", path, "username", "me", "password", PASSWORD));
        assertThat(ok(git("pull", path, "username", "me", "password", PASSWORD)).json())
                .containsEntry("updated", false);
        assertThat(sh("grep -c GIT_ seen")).isNotEqualTo("0");
        sh("cd login && for r in two three four; do git remote add $r " + url + "; done");
        ok(git("fetch", path, "all", true, "username", "me", "password", PASSWORD));
        assertThat(sh("git -C login branch -r")).contains("two/main", "three/main", "four/main");
        assertThat(stack.get(sandbox + "/process?includeExited=true&includeSystem=true")
                        .text())
                .doesNotContain(PASSWORD);
        assertThat(sh("grep -rl " + PASSWORD + " --exclude=server.py . /tmp 2>/dev/null || true"))
                .isEmpty();
        sh("git config --global --unset credential.helper");
    }

    @Test
    void a_hook_of_a_push_finds_no_login_and_can_refuse_it() {
        serve("hooked.git");
        var path = HOME + "hooked";
        ok(git("clone", path, "url", REMOTE + "open/hooked.git"));
        sh("cd hooked && echo 2 > a.txt && git commit -qam two && touch /home/user/no && cd .git/hooks"
                + " && printf '#!/bin/sh\\n(echo \"$1\"; cat; cat <&9) >> /home/user/found 2>&1\\n[ ! -e /home/user/no ]\\n' > pre-push"
                + " && cp pre-push reference-transaction && chmod +x pre-push reference-transaction");
        fails(git("push", path, "username", "me", "password", PASSWORD), 5004, "\"reason\":\"other\"");
        sh("rm no");
        assertThat(ok(git("push", path, "username", "me", "password", PASSWORD)).json())
                .as("the remote asks for no login")
                .containsEntry("upToDate", false);
        assertThat(sh("cat found")).contains("origin\n", "refs/heads/main ").doesNotContain("username", PASSWORD);
    }

    @Test
    void no_other_host_is_given_the_login() {
        serve("moved.git");
        var url = REMOTE + "login/moved.git";
        ok(git("clone", HOME + "moved", "url", url, "username", "me", "password", PASSWORD));
        sh("git config --global url.http://localhost:8418/.insteadOf http://elsewhere/");

        fails(
                git(
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
        sh("git config --global --unset url.http://localhost:8418/.insteadOf");
    }

    @ParameterizedTest
    @CsvSource({
        "open/none.git, 5002, not_found, 502",
        "refuse/x.git, 5007, refused, 403",
        "lie/x.git, 5002, other, 502",
    })
    void a_remote_that_is_of_no_use_is_told_with_its_reason(String name, int code, String reason, int status) {
        var answer = git("clone", HOME + "useless", "url", REMOTE + name);

        fails(answer, code, reason);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void a_remote_that_is_not_there_is_a_matter_of_the_network() {
        fails(git("clone", HOME + "useless", "url", "http://127.0.0.1:1/x.git"), 5002, "network");
        fails(git("clone", HOME + "useless", "url", "file:///home/user/none.git"), 5002, "not_found");
        var path = repository("unreachable");
        sh("git -C unreachable remote add origin http://127.0.0.1:1/x.git");
        fails(git("push", path), 5004, "network");
        assertThat(git("push", path).status()).isEqualTo(502);
        fails(git("fetch", path), 5005, "network");
        sh("git -C unreachable remote set-url origin \"ext::sh -c 'touch /home/user/hacked'\"");
        fails(git("fetch", path), 5005, "\"reason\":\"other\"");
        assertThat(sh("ls hacked 2>/dev/null || true")).isEmpty();
    }

    @Test
    void a_remote_that_hangs_is_202_shows_its_progress_and_ends_by_its_time() {
        var begun = git("clone", HOME + "hung", "url", REMOTE + "hang/x.git", "timeoutMs", 4000, "waitMs", 100);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        assertThat(begun.field("command")).isEqualTo("git clone /home/user/hung");
        var process = begun.header("location");
        assertThat(process).isEqualTo(sandbox + "/process/" + begun.field("pid"));

        assertThat(stack.get(process + "/output?stream=stderr&waitMs=3000").text())
                .contains("Cloning into");
        var result = result(process);
        fails(result, 5002, "timeout");
        assertThat(result.status()).isEqualTo(502);
        assertThat(there("hung")).isEmpty();
    }

    @Test
    void a_clone_that_fails_at_its_checkout_leaves_nothing_in_the_way_of_the_next() {
        serve("filtered.git");
        sh("cd seed-filtered.git && echo '*.txt filter=f' > .gitattributes && git add . && git commit -qm filtered"
                + " && git push -q ../served/filtered.git main");
        Object[] call = {"url", REMOTE + "open/filtered.git", "timeoutMs", 5000};
        sh("git config --global filter.f.required true && git config --global filter.f.smudge 'sleep 1000'");
        fails(git("clone", HOME + "filtered", call), 5002, "timeout");
        assertThat(there("filtered")).isEmpty();

        sh("mkdir filtered && git config --global filter.f.smudge false");
        fails(git("clone", HOME + "filtered", call), 5002, "smudge filter f failed");
        assertThat(sh("ls -A filtered")).as("it was there before").isEmpty();

        sh("git config --global --remove-section filter.f");
        ok(git("clone", HOME + "filtered", call));
    }

    private static String there(String name) {
        return sh("ls -d " + name + " 2>/dev/null || true");
    }

    @Test
    void a_repository_of_another_user_is_not_trusted() {
        assume(!FakeCloud.isEverywhere(), "in a MicroVM nobody but its one user runs anything");
        ok(stack.post(
                sandbox + "/process/run", json(Map.of("command", "git init -q " + HOME + "alien", "user", "root"))));

        fails(look("status", HOME + "alien", ""), 5000, "\"reason\":\"unsafe_ownership\"");
        fails(git("commit", HOME + "alien", "message", "m"), 5000, "\"reason\":\"unsafe_ownership\"");
    }

    @Test
    void a_repository_that_git_cannot_read_is_not_told_as_none() {
        var path = repository("unread");
        sh("cd unread && echo '[core' >> .git/config");

        fails(look("status", path, ""), 5000, "\"reason\":\"broken\"");
        fails(look("log", path + "/.git", ""), 5000, "bad config line");
        fails(git("pull", path), 5000, "\"reason\":\"broken\"");
    }

    @Test
    void a_branch_that_has_lost_its_commit_is_not_one_without_any() {
        var path = repository("lost");
        sh("cd lost && rm -rf .git/objects/??");

        fails(look("log", path, ""), 5000, "fatal");
    }

    @Test
    void a_repository_whose_remote_hangs_or_is_none_is_told_so_by_every_transfer() {
        var path = repository("stuck");
        sh("cd stuck && git remote add origin " + REMOTE + "hang/x.git && git remote add none " + REMOTE
                + "open/none.git");
        var begun = Map.of("push", 5004, "pull", 5005, "fetch", 5005).entrySet().stream()
                .map(call -> Map.entry(git(call.getKey(), path, "waitMs", 0).header("location"), call.getValue()))
                .toList();

        fails(git("push", path, "remote", "none"), 5004, "\"reason\":\"not_found\"");
        fails(git("pull", path, "remote", "none"), 5005, "\"reason\":\"not_found\"");
        fails(git("fetch", path, "remote", "none"), 5005, "\"reason\":\"not_found\"");
        sh("git -C stuck remote add liar " + REMOTE + "lie/x.git");
        fails(git("push", path, "remote", "liar"), 5004, "\"reason\":\"not_found\"");
        fails(git("pull", path, "remote", "liar"), 5005, "\"reason\":\"other\"");
        fails(git("fetch", path, "remote", "liar"), 5005, "\"reason\":\"other\"");
        begun.forEach(call -> {
            var result = result(call.getKey());
            fails(result, call.getValue(), "\"reason\":\"timeout\"");
            assertThat(result.status()).isEqualTo(502);
        });
    }

    private static RunningStack.Answer result(String process) {
        var result = stack.get(process + "/result");
        for (var until = System.nanoTime() + PATIENCE.toNanos();
                result.status() == 202 && System.nanoTime() < until; ) {
            Eventually.pause();
            result = stack.get(process + "/result");
        }
        return result;
    }

    @Test
    void a_file_above_the_limit_comes_from_no_remote_and_goes_to_none() {
        serve("large.git");
        var url = REMOTE + "open/large.git";
        ok(git("clone", HOME + "small", "url", url));
        sh(
                "cd seed-large.git && truncate -s 101M huge && git add . && git commit -qm huge && git push -q ../served/large.git main");

        fails(git("clone", HOME + "large", "url", url), 5002, "\"limit\":104857600");
        assertThat(sh("ls large 2>&1 || true")).contains("No such file");
        fails(git("pull", HOME + "small"), 5005, "\"limit\":104857600");
        assertThat(ok(look("status", HOME + "small", "")).json())
                .containsEntry("clean", true)
                .containsEntry("behind", 1);
        sh("cd small && truncate -s 102M huge && git add . && git commit -qm mine");
        fails(git("push", HOME + "small", "force", true), 5004, "\"limit\":104857600");
        sh("rm -rf small seed-large.git served/large.git");
    }

    @Test
    void a_merge_takes_any_message_and_refuses_what_it_cannot_do() {
        var path = repository("merges");
        sh(
                "cd merges && git checkout -qb other && echo 2 > b && git add . && git commit -qm two && git checkout -q main"
                        + " && echo 3 > c && git add . && git commit -qm three");
        var message = "long: " + "日".repeat(60_000);

        fails(git("merge", path, "branch", "other", "ffOnly", true), 5000, "\"reason\":\"not_fast_forward\"");
        assertThat(ok(git("merge", path, "branch", "other", "commit", false)).json())
                .containsEntry("commit", null);
        fails(git("merge", path, "branch", "other"), 5000, "\"reason\":\"merging\"");
        sh("git -C merges merge --abort");
        assertThat(ok(git("merge", path, "branch", "other", "message", message))
                        .json()
                        .toString())
                .contains("summary=" + message);
    }

    @Test
    void what_the_repository_is_configured_to_does_not_change_what_is_answered() {
        var path = repository("configured");
        sh(
                "cd configured && git config i18n.commitEncoding ISO-8859-1 && git config diff.relative true && git config log.follow true"
                        + " && mkdir sub && echo 1 > sub/x && git add . && git commit -qm two && git mv a.txt moved.txt && git commit -qm three"
                        + " && echo 2 > moved.txt");
        ok(git("add", path, "files", List.of(".")));

        assertThat(ok(git("commit", path, "message", "Grüße 日本")).field("message"))
                .isEqualTo("Grüße 日本");
        assertThat(ok(look("log", path, "&limit=1")).json().toString()).contains("summary=Grüße 日本");
        sh("echo 3 > configured/moved.txt");
        assertThat(String.valueOf(ok(look("diff", path + "/sub", "")).json().get("files")))
                .contains("path=moved.txt");
        var log = ok(look("log", path, "&paths=moved.txt"));
        assertThat(String.valueOf(log.json().get("pagination")))
                .contains("total=" + log.data().size());
    }

    @Test
    void the_result_of_what_took_longer_is_the_answer_of_the_call() {
        serve("slow.git");
        var begun = git("clone", HOME + "slow", "url", REMOTE + "open/slow.git", "waitMs", 0);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        assertThat(ok(result(begun.header("location"))).json())
                .containsOnlyKeys("path", "branch", "commit", "message")
                .containsEntry("branch", "main");
    }

    @Test
    void a_remote_over_ssh_takes_a_key_that_is_written_nowhere() {
        var isThere = sh("command -v /usr/sbin/sshd && command -v ssh-agent || true");
        if (isThere.lines().count() < 2) {
            IO.println("skipped: the sandbox has no sshd and ssh-agent; apt-get install openssh-server");
        }
        assume(isThere.lines().count() == 2, "no sshd and ssh-agent in the sandbox");
        serve("ssh.git");
        sh(
                "mkdir -p -m 700 sshd && cd sshd && ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N 'pass phrase' -f key"
                        + " && ssh-keygen -q -t ed25519 -N '' -f stranger && cp key.pub allowed"
                        + " && printf 'Port 2222\\nListenAddress 127.0.0.1\\nHostKey /home/user/sshd/host\\nUsePAM no\\nStrictModes no\\nPidFile none\\nAuthorizedKeysFile /home/user/sshd/allowed\\n' > config");
        var spawned = stack.post(
                sandbox + "/process/spawn",
                json(Map.of("command", "exec /usr/sbin/sshd -D -e -f sshd/config", "cwd", "/home/user")));
        assertThat(spawned.status()).as(spawned.text()).isEqualTo(201);
        sh(
                "for i in $(seq 600); do ssh-keyscan -p 2222 127.0.0.1 2>/dev/null | grep -q ed25519 && exit; sleep 0.1; done; exit 1");
        var user = sh("id -un");
        var key = sh("cat sshd/key");
        var stranger = sh("cat sshd/stranger; rm sshd/stranger sshd/key");
        var url = "ssh://" + user + "@127.0.0.1:2222/home/user/served/ssh.git";
        var path = HOME + "by-ssh";

        fails(git("clone", path, "url", url), 5007, "refused");
        fails(git("clone", path, "url", url, "sshKey", stranger + "\n"), 5007, "refused");
        fails(git("clone", path, "url", url, "sshKey", key + "\n"), 5007, "bad_key");
        fails(git("clone", path, "url", url, "sshKey", key + "\n", "sshKeyPassword", "wrong"), 5007, "bad_key");
        assertThat(ok(git("clone", path, "url", url, "sshKey", key + "\n", "sshKeyPassword", "pass phrase"))
                        .json())
                .containsEntry("branch", "main");
        sh(
                "printf '#!/bin/sh\\nssh-add -l >> /home/user/keys 2>&1\\nexit 0\\n' > by-ssh/.git/hooks/pre-push && chmod +x by-ssh/.git/hooks/pre-push"
                        + " && cd by-ssh && echo 2 > a.txt && git commit -qam two && mkdir -m 700 /tmp/elevo-ssh-dead"
                        + " && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/tmp/elevo-ssh-dead/agent\")'");
        assertThat(ok(git("push", path, "sshKey", key + "\n", "sshKeyPassword", "pass phrase"))
                        .json())
                .containsEntry("upToDate", false);
        fails(git("push", path, "sshKey", key + "\n", "sshKeyPassword", "wrong"), 5007, "bad_key");
        assertThat(sh("ls -d /tmp/elevo-* 2>/dev/null || true")).isEmpty();
        assertThat(sh("cat keys"))
                .as("the hook of a push has no key")
                .contains("Could not open a connection")
                .doesNotContain("ED25519");
        sh("printf '#!/bin/sh\\nssh-add -l >> /home/user/keys 2>&1\\nexit 0\\n' > by-ssh/.git/hooks/post-merge"
                + " && cp by-ssh/.git/hooks/post-merge by-ssh/.git/hooks/reference-transaction && chmod +x by-ssh/.git/hooks/*"
                + " && cd seed-ssh.git && git pull -q ../served/ssh.git main && echo 3 > b.txt && git add . && git commit -qm three"
                + " && git push -q ../served/ssh.git main");
        assertThat(ok(git("pull", path, "sshKey", key + "\n", "sshKeyPassword", "pass phrase"))
                        .json())
                .containsEntry("updated", true);
        assertThat(sh("cat keys"))
                .as("no hook has a key")
                .contains("Could not open a connection")
                .doesNotContain("ED25519");
        fails(
                git(
                        "clone",
                        HOME + "by-ssh2",
                        "url",
                        "ssh://" + user + "@127.0.0.1:2222/home/user/served/none.git",
                        "sshKey",
                        key,
                        "sshKeyPassword",
                        "pass phrase"),
                5002,
                "not_found");
        assertThat(sh("pgrep -x ssh-agent || true")).isEmpty();
        var line = key.lines().skip(1).findFirst().orElseThrow();
        assertThat(sh("grep -rlF -e '" + line + "' . /tmp 2>/dev/null || true")).isEmpty();
    }
}
