package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.fails;
import static dev.elevo.functions.git.RealRepository.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls through the function's handler whose scripts this machine's git runs, on a repository with two commits of its own. */
class RealGitTest extends OnRealGit {
    private RealRepository git;

    @BeforeEach
    void makeRepository() throws IOException {
        git = machine.repository("work");
    }

    private String staged() {
        return git.sh("git diff --cached --name-only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.txt", "./a.txt", "TOP/a.txt", "sub/../a.txt", "TOP/sub/./..//a.txt", "a.tx?", "./a.t*"})
    void a_path_means_what_it_means_to_git_at_the_top_of_the_work_tree(String path) {
        ok(git.post("add", "{'path':'TOP','files':['" + path + "']}"));
        assertThat(staged()).isEqualTo("a.txt");

        ok(git.post("reset", "{'path':'TOP/sub','paths':['" + path + "']}"));
        assertThat(staged()).isEmpty();

        ok(git.post("add", "{'path':'TOP/sub','files':['" + path + "']}"));
        assertThat(staged()).isEqualTo("a.txt");
        var diff = git.look("diff", "staged=true&paths=" + git.named(path));
        assertThat(diff.textAt("files.0.path")).isEqualTo("a.txt");
        assertThat(diff.value("stats.files")).isEqualTo(1);
        assertThat(git.look("log", "paths=" + git.named(path)).value("pagination.total"))
                .isEqualTo(1);

        ok(git.post("checkout", "{'path':'TOP/sub','target':'HEAD','paths':['" + path + "']}"));
        assertThat(git.sh("git status --porcelain")).isEqualTo("M sub/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./", "TOP", "TOP/", "sub/.."})
    void the_top_is_everything(String path) {
        ok(git.post("add", "{'path':'TOP/sub','files':['" + path + "']}"));

        assertThat(staged()).isEqualTo("a.txt\nsub/b");
    }

    @Test
    void a_relative_path_that_leaves_the_work_tree_and_comes_back_is_refused_as_git_does() {
        for (var path : List.of("TOP", "TOP/sub")) {
            fails(
                    git.post(
                            "add",
                            "{'path':'" + path + "','files':['../" + git.top().getFileName() + "/a.txt']}"),
                    5000,
                    "pathspec");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside", "../nothing", "/etc/passwd", "sub/../../outside", "TOP/../outside", "../../../../x"
            })
    void what_lies_outside_is_refused_and_nothing_done(String path) {
        fails(git.post("add", "{'path':'TOP','files':['a.txt','" + path + "']}"), 5000, "pathspec");
        fails(git.post("add", "{'path':'TOP/sub','files':['" + path + "','sub/b']}"), 5000, "pathspec");
        assertThat(staged()).isEmpty();

        git.sh("git add a.txt");
        fails(git.post("reset", "{'path':'TOP/sub','paths':['a.txt','" + path + "']}"), 5000, "pathspec");
        assertThat(staged()).isEqualTo("a.txt");
        fails(
                git.post("checkout", "{'path':'TOP/sub','target':'HEAD','paths':['a.txt','" + path + "']}"),
                5000,
                "pathspec");
        assertThat(git.sh("cat a.txt")).isEqualTo("2");

        fails(git.look("log", "paths=" + git.named(path)), 5000, "pathspec");
        fails(git.look("diff", "paths=" + git.named(path)), 5000, "pathspec");
        fails(git.look("diff", "paths=" + git.named(path) + "&paths=" + git.named(path)), 5000, "pathspec");
    }

    @Test
    void what_is_behind_a_link_is_no_path_of_the_work_tree() {
        git.sh("ln -s .. out");

        fails(git.post("add", "{'path':'TOP','files':['out/outside']}"), 5000, "pathspec");
    }

    @Test
    void names_that_look_like_more_are_names() {
        git.sh("touch ':(top)a' ':!b' '[a].txt' -- -c");

        ok(git.post("add", "{'path':'TOP/sub','files':[':(top)a',':!b','[a].txt','-c']}"));

        assertThat(staged()).isEqualTo("-c\n:!b\n:(top)a\n[a].txt");
        assertThat(git.look("diff", "staged=true&paths=" + git.named(":!b")).value("stats.files"))
                .isEqualTo(1);
    }

    @Test
    void where_there_is_no_work_tree_paths_are_from_its_top() {
        var log = git.look("log", git.top().resolve(".git"), "paths=./a.txt");

        assertThat(log.value("pagination.total")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|Ann <ann@example.org>",
                ",'author':'Bob'|Bob <ann@example.org>",
                ",'email':'bob@example.org'|Ann <bob@example.org>",
                ",'author':'Bob','email':'bob@example.org'|Bob <bob@example.org>"
            })
    void of_the_amended_author_stays_what_is_not_given(String given, String author) {
        ok(git.post("commit", "{'path':'TOP','message':'amended','amend':true" + given + "}"));

        assertThat(git.sh("git log -1 --format='%an <%ae>'")).isEqualTo(author);
    }

    @Test
    void the_amended_author_stays_where_nobody_is_configured() {
        git.sh("git config --unset user.name && git config --unset user.email");

        ok(git.post("commit", "{'path':'TOP','amend':true}"));

        assertThat(git.sh("git log -1 --format='%an <%ae> %cn <%ce>'"))
                .isEqualTo("Ann <ann@example.org> Sandbox User <user@sandbox.local>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-commit", ""})
    void to_amend_a_commit_to_nothing_is_nothing_to_commit(String hook) {
        if (!hook.isEmpty()) {
            git.hook(hook, "exit 1");
        }
        git.sh("git rm -qf a.txt");
        for (var verify : List.of("", ",'noVerify':true")) {
            fails(git.post("commit", "{'path':'TOP','amend':true" + verify + "}"), 5003, "nothing_to_commit");
        }
        assertThat(git.sh("git log -1 --format=%s")).isEqualTo("two");

        ok(git.post("commit", "{'path':'TOP','amend':true,'noVerify':true,'allowEmpty':true}"));
    }

    @Test
    void to_amend_the_first_commit_to_nothing_is_nothing_to_commit() {
        git.sh("git reset -q --hard HEAD~1 && git rm -qr sub");

        fails(git.post("commit", "{'path':'TOP','amend':true}"), 5003, "nothing_to_commit");
    }

    @Test
    void an_amended_commit_that_a_hook_refuses_is_not_called_empty() {
        git.hook("pre-commit", "exit 1");

        fails(git.post("commit", "{'path':'TOP','message':'m','amend':true}"), 5003, "hook_failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "a{2,1}", "\\"})
    void a_pattern_that_is_none_breaks_a_rule_of_grep(String pattern) {
        var answer = git.look("log", "grep=" + git.named(pattern) + "&paths=a.txt");

        assertThat(answer.outcome()).as(answer.text()).isEqualTo(9004);
        assertThat(answer.textAt("error.details.fields.0.field")).isEqualTo("grep");
        assertThat(git.look("log", "grep=" + git.named("\\(f.rst|none")).value("pagination.total"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "since=1960-01-01T00:00:00Z, 2",
        "since=1970-01-01T00:00:00Z, 2",
        "since=2100-01-01T00:00:00Z, 0",
        "until=1960-01-01T00:00:00Z, 0",
        "until=2001-02-03T04:05:06Z, 0",
        "until=9999-12-31T23:59:59Z, 2",
        "since=2001-02-03T04:05:06Z&until=2100-01-01T00:00:00Z, 2",
    })
    void the_log_is_of_a_time_however_far_it_is(String when, int commits) {
        assertThat(git.look("log", when).value("pagination.total")).isEqualTo(commits);
    }

    @Test
    void the_log_by_first_parents_has_what_was_merged_and_not_its_commits() {
        git.sh("git stash -q && git checkout -q -b side && echo 3 > c && git add c && git commit -qm three"
                + " && git checkout -q main && git merge -q --no-ff -m merged side");

        assertThat(git.look("log", "firstParent=false").value("pagination.total"))
                .isEqualTo(4);
        assertThat(git.look("log", "firstParent=true").value("pagination.total"))
                .isEqualTo(3);
    }

    @Test
    void a_pattern_is_judged_where_there_is_no_commit_yet() {
        git.sh("git checkout -q --orphan unborn");

        assertThat(git.look("log", "grep=a").value("pagination.total")).isEqualTo(0);
        assertThat(git.look("log", "grep=" + git.named("(")).outcome()).isEqualTo(9004);
    }

    @Test
    void one_commit_that_tells_no_time_does_not_hide_the_others() {
        // As programs that were not git have written them; git itself shows such a time as that one.
        git.sh("printf 'tree %s\\nparent %s\\nauthor A <a@x>\\ncommitter C <c@x> 12 +0000\\n\\nno time\\n'"
                + " $(git rev-parse HEAD^{tree} HEAD) | git hash-object -t commit -w --stdin --literally"
                + " | xargs git update-ref refs/heads/main");

        var log = git.look("log", "");

        assertThat(log.value("pagination.total")).as(log.text()).isEqualTo(3);
        assertThat(log.textAt("data.0.authorDate")).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(log.textAt("data.0.commitDate")).isEqualTo("1970-01-01T00:00:12.000Z");
    }
}
