package dev.elevo.functions.git;

import static dev.elevo.functions.git.RealRepository.fails;
import static dev.elevo.functions.git.RealRepository.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conflicts of every kind that git knows, and what a status says amid what is not finished. */
class GitConflictsTest extends OnRealGit {
    /** Makes a submodule of the name $1 stand at a commit that ends with $2. */
    private static final String SUBMODULE = """
            submodule() {
                rm -rf "$1" && mkdir "$1" && git rm -rq --cached --ignore-unmatch "$1" &&
                    git update-index --add --cacheinfo "160000,$(printf %040d "$2"),$1"
            }
            """;

    private RealRepository git;

    @BeforeEach
    void makeRepository() throws IOException {
        git = machine.repository("work");
    }

    /** Two branches from one commit, of which ours is checked out. */
    private void diverge(String ours, String theirs) {
        git.sh(SUBMODULE + "git reset -q --hard && echo base > c && git add c && submodule m 1 && git commit -qm base"
                + " && git checkout -qb theirs && { " + theirs + "; } && git add -A && git commit -qm theirs"
                + " && git checkout -q main && { " + ours + "; } && git add -A && git commit -qm ours");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 1 > c                     | echo 2 > c                     | c",
                "echo 1 > c                     | git rm -q c                    | c",
                "git rm -q c                    | echo 2 > c                     | c",
                "git mv c d                     | git rm -q c                    | d",
                "git rm -q c                    | git mv c d                     | d",
                "git mv c d                     | git mv c e                     | c,d,e",
                "git mv c d                     | git mv a.txt d                 | d",
                "printf '\\0001' > c          | printf '\\0002' > c          | c",
                "printf '\\0001' > n          | printf '\\0002' > n          | n",
                "ln -sf x c                     | ln -sf y c                     | c",
                "mkdir n; echo 1 > n/x          | echo 2 > n                     | n~theirs",
                "submodule m 2                  | submodule m 3                  | m",
                "submodule m 2                  | git rm -q m                    | m",
                "git rm -q m                    | submodule m 3                  | m",
                "submodule n 2                  | submodule n 3                  | n",
                "submodule c 2                  | echo 2 > c                     | c,c~theirs",
            })
    void a_conflict_of_any_kind_names_its_files_and_can_be_left(String ours, String theirs, String files) {
        diverge(ours, theirs);
        var before = git.sh("git rev-parse HEAD");

        var merge = git.call("merge", "branch", "theirs");

        fails(merge, 5006);
        var status = git.look("status", "");
        assertThat(merge.value("error.details.conflicts")).isEqualTo(List.of(files.split(",")));
        assertThat(status.value("conflicted")).isEqualTo(List.of(files.split(",")));
        assertThat(status.value("merging")).isEqualTo(true);
        fails(git.call("commit", "message", "m"), 5006);
        fails(git.call("stash"), 5006);
        fails(git.call("merge", "branch", "theirs"), 5006);
        ok(git.call("reset", "mode", "hard"));
        assertThat(git.sh("git rev-parse HEAD")).isEqualTo(before);
        assertThat(git.look("status", "").value("merging")).isEqualTo(false);
    }

    @ParameterizedTest
    @CsvSource({
        "echo 1 > c,   echo 2 > c,                +<<<<<<< HEAD,      4",
        "echo 1 > c,   echo 2 > c && echo x > x,  +<<<<<<< HEAD,      4",
        "git rm -q c,  echo 2 > c,                * Unmerged path c,  0",
        "echo 1 > c,   git rm -q c,               * Unmerged path c,  0",
    })
    void amid_a_conflict_a_diff_shows_it_and_it_keeps_from_other_branches(
            String ours, String theirs, String shown, int inserted) {
        diverge(ours, theirs);
        fails(git.call("merge", "branch", "theirs"), 5006);

        var diff = git.look("diff", "");

        assertThat(diff.textAt("diff")).contains(shown);
        assertThat(diff.textAt("files.0.status")).isEqualTo("U");
        assertThat(diff.value("files.0.insertions")).isEqualTo(inserted);
        for (var create : List.of(true, false)) {
            var refused = git.call("checkout", "target", create ? "new" : "theirs", "create", create);

            fails(refused, 5010);
            assertThat(refused.value("error.details.files")).isEqualTo(List.of("c"));
        }
    }

    @ParameterizedTest
    @CsvSource({"echo 1 > c, echo 2 > c", "git rm -q c, echo 2 > c", "echo 1 > c, git rm -q c"})
    void what_was_pulled_rebased_or_stashed_conflicts_as_what_is_merged(String ours, String theirs) {
        diverge(ours, theirs);
        git.sh("git remote add origin .");

        fails(git.call("pull", "branch", "theirs"), 5006);
        assertThat(git.look("status", "").value("merging")).isEqualTo(true);
        git.sh("git merge --abort");
        fails(git.call("pull", "branch", "theirs", "rebase", true), 5006);
        assertThat(git.look("status", "").value("rebasing")).isEqualTo(true);
        git.sh("git rebase --abort && git checkout -q theirs~1 && { " + theirs + "; } && git add -A && git stash -q"
                + " && git checkout -q main");
        for (var action : List.of("apply", "pop")) {
            var conflict = git.call("stash", "action", action);

            fails(conflict, 5006);
            assertThat(conflict.value("error.details.conflicts")).isEqualTo(List.of("c"));
            assertThat(git.call("stash", "action", "list").textAt("stashes.0.branch"))
                    .as("it is still there")
                    .isNotEmpty();
            git.sh("git reset -q --hard");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cherry-pick theirs,          cherryPicking",
        "rebase -q theirs,            rebasing",
        "rebase -q --apply theirs,    rebasing",
        "merge -q theirs,             merging",
        "revert --no-edit HEAD~1,     ''",
        "stash pop -q,                ''",
    })
    void a_status_tells_what_is_not_finished_yet(String command, String what) {
        diverge("echo 1 > c", "echo 2 > c");
        git.sh(
                "git checkout -q theirs && echo 3 > c && git stash -q && git checkout -q main && git worktree add -q ../linked -b other"
                        + " && for d in . ../linked; do (cd $d && ! git " + command
                        + " >/dev/null 2>&1) || exit 1; done");

        for (var path : List.of(git.top(), git.top().resolve("sub"), git.top().resolveSibling("linked"))) {
            var status = git.look("status", path, "");

            assertThat(status.value("conflicted")).isEqualTo(List.of("c"));
            for (var state : List.of("merging", "rebasing", "cherryPicking")) {
                assertThat(status.value(state)).as(state + " in " + path).isEqualTo(state.equals(what));
            }
            assertThat(status.textAt("branch").equals("HEAD"))
                    .as("a rebase leaves its branch for a while")
                    .isEqualTo(what.equals("rebasing"));
        }
    }
}
