package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.fails;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a real git could not do it, where no other test of a real one provokes the reason. */
class GitReasonsTest extends OnRealGit {
    private RealRepository git;

    @BeforeEach
    void makeRepository() throws IOException {
        git = machine.repository("work");
    }

    /** The programs of this machine, without those. */
    private void runWithout(String... programs) {
        git.sh("mkdir ../bin && for d in $(echo $PATH | tr : ' '); do ln -s $d/* ../bin 2>/dev/null || true; done"
                + " && cd ../bin && rm " + String.join(" ", programs));
        machine.path(git.top().resolveSibling("bin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clone|'url':'file:///nowhere','path':'TOP/new'",
                "init|'path':'TOP/new'",
                "branches|'path':'TOP','name':'x'",
                "checkout|'path':'TOP','target':'main'",
                "add|'path':'TOP','files':['.']",
                "commit|'path':'TOP','message':'m'",
                "push|'path':'TOP'",
                "pull|'path':'TOP'",
                "fetch|'path':'TOP'",
                "fetch|'path':'TOP','all':true",
                "merge|'path':'TOP','branch':'main'",
                "reset|'path':'TOP'",
                "stash|'path':'TOP'",
                "stash|'path':'TOP','action':'pop'",
            })
    void without_git_every_change_says_so(String call, String body) {
        runWithout("git");

        fails(git.post(call, "{" + body + "}"), 5000, "git_not_installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "log", "diff", "branches"})
    void without_git_every_look_says_so(String call) {
        runWithout("git");

        fails(git.look(call, ""), 5000, "git_not_installed");
        fails(git.deleteBranch("x", ""), 5000, "git_not_installed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh-agent", "ssh-add"})
    void a_key_needs_the_agent_of_ssh(String program) {
        git.sh("git remote add origin ssh://me@127.0.0.1:1/x");
        runWithout(program);

        for (var call : new String[] {"push", "pull", "fetch"}) {
            fails(git.call(call, "sshKey", "a key"), 5000, "ssh_not_installed");
        }
        var target = git.top() + "/new";
        fails(
                git.call("clone", "path", target, "url", "ssh://me@127.0.0.1:1/x", "sshKey", "a key"),
                5000,
                "ssh_not_installed");
        assertThat(git.sh("ls -d new 2>/dev/null || true")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-merge-commit", "commit-msg"})
    void a_hook_may_keep_a_merge_and_a_pull_from_being_committed(String hook) {
        git.sh("git stash -q && git checkout -qb side HEAD~1 && echo 3 > c && git add c && git commit -qm three"
                + " && git checkout -q main && git remote add origin .");
        git.hook(hook, "exit 1");

        fails(git.call("merge", "branch", "side"), 5000, "hook_failed");
        assertThat(git.look("status", "").value("merging")).isEqualTo(true);
        git.sh("git merge --abort");
        fails(git.call("pull", "branch", "side"), 5000, "hook_failed");
    }

    @Test
    void what_takes_longer_than_ten_minutes_is_ended_and_leaves_no_lock() {
        git.hook("pre-commit", "touch " + machine.timeIsOver() + "; exec sleep 1000");

        fails(git.call("commit", "message", "m", "allowEmpty", true), 5000, "timeout");

        assertThat(git.sh("git log -1 --format=%s")).isEqualTo("two");
        assertThat(git.sh("ls .git/*.lock 2>/dev/null || true")).isEmpty();
    }

    @Test
    void a_git_that_says_more_than_git_is_not_believed() {
        git.sh(
                "mkdir ../wrapped && printf '#!/bin/sh\\necho Hello!\\nexec %s \"$@\"\\n' $(command -v git) > ../wrapped/git"
                        + " && chmod +x ../wrapped/git && ln -s $(command -v sh) $(command -v cat) ../wrapped");
        machine.path(git.top().resolveSibling("wrapped"));

        fails(git.look("status", ""), 5000, "unreadable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add|'files':['.']",
                "commit|'message':'m','allowEmpty':true",
                "checkout|'target':'HEAD~1','force':true",
                "checkout|'target':'HEAD','paths':['a.txt']",
                "branches|'name':'x','startPoint':'HEAD~1','checkout':true",
                "reset|'mode':'mixed'",
                "reset|'mode':'hard'",
                "stash|'action':'push'",
                "merge|'branch':'side'",
                "pull|'branch':'side'",
            })
    void an_index_that_another_git_holds_is_waited_for_by_nobody(String call, String body) {
        git.sh("git branch side && git commit -qam three && git checkout -q side && echo 4 > d && git add d"
                + " && git commit -qm four && git checkout -q main && echo 5 > a.txt && git remote add origin ."
                + " && touch .git/index.lock");
        var before = git.sh("git rev-parse HEAD && cat .git/HEAD a.txt");

        fails(git.post(call, "{'path':'TOP'," + body + "}"), 5000, "locked");

        assertThat(git.sh("git rev-parse HEAD && cat .git/HEAD a.txt")).isEqualTo(before);
    }
}
