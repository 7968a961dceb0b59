package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.fails;
import static dev.elevo.functions.git.RealRepository.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that look like more and are legal to git mean what they say; of the others git's own answer is the contract's. */
class GitNamesTest extends OnRealGit {
    private static final String INJECTED = "--upload-pack=touch hacked;'\"$(touch hacked)`touch hacked`";

    private static void nothingWasRun(RealRepository git) {
        assertThat(git.sh("find .. -name 'hacked*'")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-", "--bare", INJECTED, "a\nb", "line end\n", "a:b", "日本 [a]*?", ":(top)x", "a\\nb", "'", "..."
            })
    void a_repository_may_lie_in_any_directory(String name) throws IOException {
        var git = machine.repository(name);

        assertThat(git.look("status", "").textAt("unstaged.0.path")).isEqualTo("a.txt");
        ok(git.call("add", "files", List.of(git.top() + "/a.txt", "sub/b")));
        ok(git.call("commit", "message", "three"));
        assertThat(git.look("log", "").value("pagination.total")).isEqualTo(3);
        assertThat(git.look("diff", "commits=HEAD~1,HEAD").value("stats.files")).isEqualTo(2);
        ok(git.call("branches", "name", "x", "checkout", true));
        ok(git.call("stash"));
        ok(git.call("reset", "mode", "hard", "target", "HEAD~1"));
        ok(git.call("merge", "branch", "main"));
        ok(git.call("checkout", "target", "main"));
        var inner = git.top().resolve("again").resolve(name);
        assertThat(git.call("init", "path", inner.toString()).value("reinitialized"))
                .isEqualTo(false);
        assertThat(git.call("init", "path", inner.toString()).value("reinitialized"))
                .isEqualTo(true);
        var copy = git.top().resolveSibling("copy").resolve(name);
        git.sh("mkdir ../served && git clone -q --bare . ../served/r");
        ok(git.call(
                "clone", "path", copy.toString(), "url", "file://" + git.top().resolveSibling("served/r")));
        assertThat(git.call("push", "path", copy.toString()).value("upToDate")).isEqualTo(true);
        ok(git.call("fetch", "path", copy.toString()));
        ok(git.call("pull", "path", copy.toString()));
        nothingWasRun(git);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\"b",
                "a'b",
                "$(touch${IFS}hacked)",
                ";touch${IFS}hacked",
                "a|b",
                "日本",
                "a--upload-pack=id",
                "a/b%0Ac",
                "#",
                "!x"
            })
    void a_branch_and_a_remote_may_have_any_name_that_git_allows(String name) throws IOException {
        var git = machine.repository("work");
        ok(git.call("stash", "message", name));
        ok(git.call("init", "path", git.top().resolve("inner").toString(), "initialBranch", name));
        assertThat(git.sh("git -C inner symbolic-ref --short HEAD && rm -r inner"))
                .isEqualTo(name);
        git.sh("git init -q --bare ../served && cat > ../name <<'E'\n" + name
                + "\nE\ngit remote add \"$(cat ../name)\" ../served");

        assertThat(git.call("branches", "name", name, "checkout", true).textAt("name"))
                .isEqualTo(name);
        ok(git.call("commit", "message", "three", "allowEmpty", true));
        ok(git.call("push", "remote", name, "branch", name, "setUpstream", true));
        ok(git.call("fetch", "remote", name));
        ok(git.call("branches", "name", "copy", "startPoint", name, "upstream", name + "/" + name));
        ok(git.call("checkout", "target", "main"));
        ok(git.call("pull", "remote", name, "branch", name));
        assertThat(git.call("merge", "branch", name).value("upToDate")).isEqualTo(true);
        ok(git.call("reset", "target", name));
        assertThat(git.look("log", "ref=" + RealRepository.encoded(name)).value("pagination.total"))
                .isEqualTo(3);
        ok(git.look("diff", "commit=" + RealRepository.encoded(name)));
        ok(git.deleteBranch(name, "remote=" + RealRepository.encoded(name)));
        assertThat(git.sh("git -C ../served branch")).isEmpty();
        nothingWasRun(git);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^main",
                "main..side",
                "main...side",
                "main^!",
                "main^@",
                "main^-",
                "..main",
                "main..",
                ":/nothing",
                "HEAD^{/nothing}",
                "main:a.txt",
                "main^{tree}",
                "x y",
                "@{-9}",
                "refs/heads/*",
                "a\"b"
            })
    void what_names_no_commit_is_5008_everywhere(String ref) throws IOException {
        var git = machine.repository("work");
        git.sh("git stash -q && git branch side HEAD~1");
        var before = git.sh("git rev-parse HEAD && git for-each-ref && git status --porcelain");
        var named = RealRepository.encoded(ref);

        fails(git.look("log", "ref=" + named), 5008);
        fails(git.look("diff", "commit=" + named), 5008);
        fails(git.look("diff", "commits=main," + named), 5008);
        fails(git.call("checkout", "target", ref), 5008);
        fails(git.call("checkout", "target", ref, "paths", List.of("a.txt")), 5008);
        fails(git.call("merge", "branch", ref), 5008);
        fails(git.call("reset", "target", ref), 5008);
        fails(git.call("reset", "target", ref, "paths", List.of("a.txt")), 5008);
        fails(git.call("branches", "name", "x", "startPoint", ref), 5008);
        assertThat(git.sh("git rev-parse HEAD && git for-each-ref && git status --porcelain"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--amend", "-F/etc/passwd", INJECTED, "# no comment", "a\n\n-b"})
    void a_text_is_nothing_but_a_text(String text) throws IOException {
        var git = machine.repository("work");

        assertThat(git.call("stash", "message", text).textAt("stashes.0.message"))
                .isEqualTo(text.replaceAll("\n+", " "));
        assertThat(git.call("commit", "message", text, "allowEmpty", true).textAt("message"))
                .isEqualTo(text);
        git.sh("git checkout -qb side HEAD~1 && git commit -q --allow-empty -m side && git checkout -q main");
        assertThat(git.call("merge", "branch", "side", "message", text).textAt("commit.message"))
                .isEqualTo(text);
        assertThat(git.look(
                                "log",
                                "grep="
                                        + RealRepository.encoded("^"
                                                + Pattern.quote(
                                                        text.lines().findFirst().orElseThrow())))
                        .outcome())
                .isEqualTo(200);
        nothingWasRun(git);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--amend", "-x", "O'Neil \"the\" dash", "$(touch hacked)", "日本"})
    void an_author_is_nothing_but_a_name(String author) throws IOException {
        var git = machine.repository("work");
        for (var amend : new boolean[] {false, true}) {
            var commit = git.call(
                    "commit", "message", "m", "author", author, "email", author, "allowEmpty", true, "amend", amend);

            assertThat(commit.textAt("author")).isEqualTo(author);
            assertThat(commit.textAt("authorEmail")).isEqualTo(author);
        }
        assertThat(git.look("log", "author=" + RealRepository.encoded(author)).value("pagination.total"))
                .isEqualTo(1);
        assertThat(git.look("log", "author=" + RealRepository.encoded("nobody\n" + author))
                        .outcome())
                .isEqualTo(9004);
        nothingWasRun(git);
    }
}
