package dev.elevo.functions.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls through the function's handler whose scripts this machine's git runs, on a repository with two commits of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealGitTest {
    private Surrounded surrounded;
    private GitFunction function;
    private Sandbox sandbox;

    @TempDir
    private Path home;

    private Path top;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.wait.ms", 20_000);
        function = surrounded.start(GitFunction::new);
        surrounded.agent().runToolsWith(this::run);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeRepository() throws IOException {
        sandbox = surrounded.sandbox(function);
        top = Files.createTempDirectory(home.toRealPath(), "repository");
        sh("git init -q -b main . && git config user.name Owner && git config user.email owner@example.org"
                + " && mkdir sub && echo 1 > sub/b && git add . && git commit -qm 'one (first)'"
                + " && echo 1 > a.txt && git add . && git commit -qm two --author='Ann <ann@example.org>'"
                + " && echo 2 > a.txt && echo 2 > sub/b && echo 1 > ../outside");
    }

    private RunResult run(ToolRun tool) {
        return run(tool.line(), Path.of(tool.cwd()), tool.env(), Objects.requireNonNullElse(tool.input(), ""));
    }

    private RunResult run(List<String> line, Path directory, Map<String, String> environment, String input) {
        try {
            var stdout = Files.createTempFile(home, "out", "");
            var stderr = Files.createTempFile(home, "err", "");
            var stdin = Files.writeString(Files.createTempFile(home, "in", ""), input);
            var builder = new ProcessBuilder(line)
                    .directory(directory.toFile())
                    .redirectInput(stdin.toFile())
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile());
            builder.environment().putAll(environment);
            builder.environment().putAll(Map.of("HOME", home.toString(), "GIT_CONFIG_NOSYSTEM", "1"));
            var code = builder.start().waitFor();
            return new RunResult(code, Files.readString(stdout), Files.readString(stderr), null, null, 1, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** At the top of the repository; must succeed. */
    private String sh(String script) {
        var result = run(List.of("/bin/sh", "-c", script), top, Map.of(), "");
        assertThat(result.exitCode()).as(result.stderr()).isZero();
        return result.stdout().strip();
    }

    /** In the body, TOP is the repository. */
    private Answer post(String call, String body) {
        return Surrounded.ask(
                function,
                Events.post(
                        "/api/v1/sandboxes/" + sandbox.id() + "/git/" + call,
                        body.replace('\'', '"').replace("TOP", top.toString())));
    }

    private Answer look(String call, String query) {
        return Surrounded.ask(
                function,
                Events.get("/api/v1/sandboxes/" + sandbox.id() + "/git/" + call + "?path=" + top + "/sub&" + query));
    }

    private String named(String path) {
        return URLEncoder.encode(path.replace("TOP", top.toString()), StandardCharsets.UTF_8);
    }

    private static void ok(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static void fails(Answer answer, int code, String reason) {
        assertThat(answer.outcome()).as(answer.text()).isEqualTo(code);
        assertThat(answer.textAt("error.details.reason")).isEqualTo(reason);
    }

    private String staged() {
        return sh("git diff --cached --name-only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.txt", "./a.txt", "TOP/a.txt", "sub/../a.txt", "TOP/sub/./..//a.txt", "a.tx?", "./a.t*"})
    void a_path_means_what_it_means_to_git_at_the_top_of_the_work_tree(String path) {
        ok(post("add", "{'path':'TOP','files':['" + path + "']}"));
        assertThat(staged()).isEqualTo("a.txt");

        ok(post("reset", "{'path':'TOP/sub','paths':['" + path + "']}"));
        assertThat(staged()).isEmpty();

        ok(post("add", "{'path':'TOP/sub','files':['" + path + "']}"));
        assertThat(staged()).isEqualTo("a.txt");
        var diff = look("diff", "staged=true&paths=" + named(path));
        assertThat(diff.textAt("files.0.path")).isEqualTo("a.txt");
        assertThat(diff.value("stats.files")).isEqualTo(1);
        assertThat(look("log", "paths=" + named(path)).value("pagination.total"))
                .isEqualTo(1);

        ok(post("checkout", "{'path':'TOP/sub','target':'HEAD','paths':['" + path + "']}"));
        assertThat(sh("git status --porcelain")).isEqualTo("M sub/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./", "TOP", "TOP/", "sub/.."})
    void the_top_is_everything(String path) {
        ok(post("add", "{'path':'TOP/sub','files':['" + path + "']}"));

        assertThat(staged()).isEqualTo("a.txt\nsub/b");
    }

    @Test
    void a_relative_path_that_leaves_the_work_tree_and_comes_back_is_refused_as_git_does() {
        for (var path : List.of("TOP", "TOP/sub")) {
            fails(
                    post("add", "{'path':'" + path + "','files':['../" + top.getFileName() + "/a.txt']}"),
                    5000,
                    "pathspec");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside", "../nothing", "/etc/passwd", "sub/../../outside", "TOP/../outside", "../../../../x"
            })
    void what_lies_outside_is_refused_and_nothing_done(String path) {
        fails(post("add", "{'path':'TOP','files':['a.txt','" + path + "']}"), 5000, "pathspec");
        fails(post("add", "{'path':'TOP/sub','files':['" + path + "','sub/b']}"), 5000, "pathspec");
        assertThat(staged()).isEmpty();

        sh("git add a.txt");
        fails(post("reset", "{'path':'TOP/sub','paths':['a.txt','" + path + "']}"), 5000, "pathspec");
        assertThat(staged()).isEqualTo("a.txt");
        fails(
                post("checkout", "{'path':'TOP/sub','target':'HEAD','paths':['a.txt','" + path + "']}"),
                5000,
                "pathspec");
        assertThat(sh("cat a.txt")).isEqualTo("2");

        fails(look("log", "paths=" + named(path)), 5000, "pathspec");
        fails(look("diff", "paths=" + named(path)), 5000, "pathspec");
        fails(look("diff", "paths=" + named(path) + "&paths=" + named(path)), 5000, "pathspec");
    }

    @Test
    void what_is_behind_a_link_is_no_path_of_the_work_tree() {
        sh("ln -s .. out");

        fails(post("add", "{'path':'TOP','files':['out/outside']}"), 5000, "pathspec");
    }

    @Test
    void names_that_look_like_more_are_names() {
        sh("touch ':(top)a' ':!b' '[a].txt' -- -c");

        ok(post("add", "{'path':'TOP/sub','files':[':(top)a',':!b','[a].txt','-c']}"));

        assertThat(staged()).isEqualTo("-c\n:!b\n:(top)a\n[a].txt");
        assertThat(look("diff", "staged=true&paths=" + named(":!b")).value("stats.files"))
                .isEqualTo(1);
    }

    @Test
    void where_there_is_no_work_tree_paths_are_from_its_top() {
        var log = Surrounded.ask(
                function,
                Events.get("/api/v1/sandboxes/" + sandbox.id() + "/git/log?path=" + top + "/.git&paths=./a.txt"));

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
        ok(post("commit", "{'path':'TOP','message':'amended','amend':true" + given + "}"));

        assertThat(sh("git log -1 --format='%an <%ae>'")).isEqualTo(author);
    }

    @Test
    void the_amended_author_stays_where_nobody_is_configured() {
        sh("git config --unset user.name && git config --unset user.email");

        ok(post("commit", "{'path':'TOP','amend':true}"));

        assertThat(sh("git log -1 --format='%an <%ae> %cn <%ce>'"))
                .isEqualTo("Ann <ann@example.org> Sandbox User <user@sandbox.local>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-commit", ""})
    void to_amend_a_commit_to_nothing_is_nothing_to_commit(String hook) {
        hook(hook);
        sh("git rm -qf a.txt");
        for (var verify : List.of("", ",'noVerify':true")) {
            fails(post("commit", "{'path':'TOP','amend':true" + verify + "}"), 5003, "nothing_to_commit");
        }
        assertThat(sh("git log -1 --format=%s")).isEqualTo("two");

        ok(post("commit", "{'path':'TOP','amend':true,'noVerify':true,'allowEmpty':true}"));
    }

    @Test
    void to_amend_the_first_commit_to_nothing_is_nothing_to_commit() {
        sh("git reset -q --hard HEAD~1 && git rm -qr sub");

        fails(post("commit", "{'path':'TOP','amend':true}"), 5003, "nothing_to_commit");
    }

    @Test
    void an_amended_commit_that_a_hook_refuses_is_not_called_empty() {
        hook("pre-commit");

        fails(post("commit", "{'path':'TOP','message':'m','amend':true}"), 5003, "hook_failed");
    }

    private void hook(String name) {
        if (!name.isEmpty()) {
            sh("mkdir -p .git/hooks && printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/" + name + " && chmod +x .git/hooks/"
                    + name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "a{2,1}", "\\"})
    void a_pattern_that_is_none_breaks_a_rule_of_grep(String pattern) {
        var answer = look("log", "grep=" + named(pattern) + "&paths=a.txt");

        assertThat(answer.outcome()).as(answer.text()).isEqualTo(9004);
        assertThat(answer.textAt("error.details.fields.0.field")).isEqualTo("grep");
        assertThat(look("log", "grep=" + named("\\(f.rst|none")).value("pagination.total"))
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
        assertThat(look("log", when).value("pagination.total")).isEqualTo(commits);
    }

    @Test
    void the_log_by_first_parents_has_what_was_merged_and_not_its_commits() {
        sh("git stash -q && git checkout -q -b side && echo 3 > c && git add c && git commit -qm three"
                + " && git checkout -q main && git merge -q --no-ff -m merged side");

        assertThat(look("log", "firstParent=false").value("pagination.total")).isEqualTo(4);
        assertThat(look("log", "firstParent=true").value("pagination.total")).isEqualTo(3);
    }

    @Test
    void a_pattern_is_judged_where_there_is_no_commit_yet() {
        sh("git checkout -q --orphan unborn");

        assertThat(look("log", "grep=a").value("pagination.total")).isEqualTo(0);
        assertThat(look("log", "grep=" + named("(")).outcome()).isEqualTo(9004);
    }
}
