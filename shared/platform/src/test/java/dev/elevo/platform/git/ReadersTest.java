package dev.elevo.platform.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.git.BranchInfo;
import dev.elevo.contract.git.DiffResult;
import dev.elevo.contract.git.GitFileStatus;
import dev.elevo.contract.git.StashInfo;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What git writes for programs, read with the names that people give their files. */
class ReadersTest {
    private static final String SHA = "0123456789abcdef0123456789abcdef01234567";

    @Test
    void a_status_is_read_with_all_kinds_of_entries() {
        var status = StatusReader.read(
                fields(
                        "# branch.oid " + SHA,
                        "# branch.head feature/a",
                        "# branch.upstream origin/feature/a",
                        "# branch.ab +2 -3",
                        "1 M. N... 100644 100644 100644 a b a b",
                        "1 .D N... 100644 100644 100644 a b -n \"quoted\"\nname",
                        "2 RM N... 100644 100644 100644 a b R100 new name",
                        "= old name",
                        "u UU N... 100644 100644 100644 100644 a b c torn apart",
                        "? = looks like marks",
                        "! build/",
                        "= merging published"),
                true);

        assertThat(status.branch()).isEqualTo("feature/a");
        assertThat(status.upstream()).isEqualTo("origin/feature/a");
        assertThat(status.ahead()).isEqualTo(2);
        assertThat(status.behind()).isEqualTo(3);
        assertThat(status.staged())
                .containsExactly(new GitFileStatus("a b", "M", null), new GitFileStatus("new name", "R", "= old name"));
        assertThat(status.unstaged())
                .containsExactly(
                        new GitFileStatus("-n \"quoted\"\nname", "D", null), new GitFileStatus("new name", "M", null));
        assertThat(status.conflicted()).containsExactly("torn apart");
        assertThat(status.untracked()).containsExactly("= looks like marks");
        assertThat(status.ignored()).containsExactly("build/");
        assertThat(status.merging()).isTrue();
        assertThat(status.published()).isTrue();
        assertThat(status.rebasing()).isFalse();
        assertThat(status.clean()).isFalse();
    }

    @Test
    void a_detached_head_is_called_so_and_what_was_not_asked_for_is_left_out() {
        var status = StatusReader.read(fields("# branch.oid " + SHA, "# branch.head (detached)", "= "), false);

        assertThat(status.branch()).isEqualTo("HEAD");
        assertThat(status.ignored()).isNull();
        assertThat(status.clean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\0", "1 M\0", "2 R. N... 1 1 1 a b R100 x\0", "\0", "1 M N... 1 1 1 a b x\0"})
    void what_git_does_not_write_is_refused(String output) {
        assertThatThrownBy(() -> StatusReader.read(output, false)).isInstanceOf(ApiException.class);
    }

    @Test
    void a_page_of_the_log_is_read_and_messages_may_hold_anything_but_a_nul() {
        var page = CommitReader.page(
                fields(SHA, "p1 p2", "A", "a@x", "C", "c@x", "10", "20", "sum\n\n2\nbody\n") + "\n"
                        + fields(SHA, "", "A", "a@x", "C", "c@x", "10", "20", "") + "\n7",
                2,
                2);

        var merge = page.data().getFirst();
        assertThat(merge.shortSha()).isEqualTo("0123456");
        assertThat(merge.summary()).isEqualTo("sum");
        assertThat(merge.message()).isEqualTo("sum\n\n2\nbody");
        assertThat(merge.parents()).containsExactly("p1", "p2");
        assertThat(merge.isMerge()).isTrue();
        assertThat(merge.authorDate()).isEqualTo(Instant.ofEpochSecond(10));
        assertThat(page.data().getLast().parents()).isEmpty();
        assertThat(page.pagination().total()).isEqualTo(7);
        assertThat(page.pagination().hasMore()).isTrue();
    }

    @Test
    void branches_are_read_without_the_heads_of_remotes() {
        var branches = BranchReader.list(
                fields("refs/heads/main", "", "*", SHA, "origin/main", "ahead 1, behind 2", "first")
                        + "\n" + fields("refs/heads/gone", "", " ", SHA, "origin/gone", "gone", "x")
                        + "\n" + fields("refs/remotes/a/b/HEAD", "refs/remotes/a/b/main", " ", SHA, "", "", "x")
                        + "\n" + fields("refs/remotes/a/b/main", "", " ", SHA, "", "", "x") + "\n=\na\na/b\n",
                true);

        assertThat(branches).extracting(BranchInfo::name).containsExactly("main", "gone", "a/b/main");
        assertThat(branches.getFirst().ahead()).isEqualTo(1);
        assertThat(branches.getFirst().behind()).isEqualTo(2);
        assertThat(branches.getFirst().current()).isTrue();
        assertThat(branches.get(1).ahead()).isNull();
        assertThat(branches.getLast().remoteName()).isEqualTo("a/b");
        assertThat(branches.getLast().remote()).isTrue();
    }

    @Test
    void a_diff_is_read_with_renames_and_binary_files() {
        var diff = DiffReader.read(
                fields(
                                ":100644 100644 a b M",
                                "a\nx",
                                ":100644 100644 a a R100",
                                "old",
                                ":new",
                                ":000000 100644 0 b A",
                                "bin")
                        + fields("1\t2\ta\nx", "0\t0\t", "old", ":new", "-\t-\tbin")
                        + "\0diff --git \"a/a\\nx\" …",
                "unified");

        assertThat(diff.files())
                .containsExactly(
                        new DiffResult.File("a\nx", "M", 1, 2, null),
                        new DiffResult.File(":new", "R", 0, 0, "old"),
                        new DiffResult.File("bin", "A", 0, 0, null));
        assertThat(diff.stats()).isEqualTo(new DiffResult.Stats(3, 1, 2));
        assertThat(diff.diff()).startsWith("diff --git");
        assertThat(DiffReader.read("", "stat").files()).isEmpty();
        assertThat(DiffReader.read(fields(":1 1 a b M", "f", "1\t0\tf"), "name-status")
                        .diff())
                .isEqualTo("M\tf\n");
    }

    @Test
    void stashes_are_read_with_their_branches() {
        var stashes =
                StashReader.read(new Fields(fields(SHA, "10", "On main: mine: really", SHA, "9", "WIP on x: 123 s")));

        assertThat(stashes).extracting(StashInfo::message).containsExactly("mine: really", "123 s");
        assertThat(stashes).extracting(StashInfo::branch).containsExactly("main", "x");
        assertThat(stashes).extracting(StashInfo::index).containsExactly(0, 1);
    }

    @Test
    void what_a_remote_says_does_not_decide_why_it_failed() {
        assertThat(RemoteWords.reason("remote: Authentication failed for you\nfatal: Could not resolve host: x"))
                .isEqualTo(RemoteWords.Reason.NETWORK);
        assertThat(RemoteWords.reason("fatal: Authentication failed for 'http://x/'"))
                .isEqualTo(RemoteWords.Reason.AUTH);
        assertThat(RemoteWords.reason("fatal: something new")).isEqualTo(RemoteWords.Reason.OTHER);
    }

    @Test
    void a_push_tells_what_became_of_each_reference() {
        assertThat(PushReport.of("main\0To x\n=\ta:a\t[up to date]\nDone\n").isUpToDate())
                .isTrue();
        assertThat(PushReport.of("main\0To x\n!\ta:a\t[rejected] (fetch first)\n")
                        .isRejected())
                .isTrue();
        assertThat(PushReport.of("main\0To x\n*\ta:a\t[new branch]\nDone\n").letters())
                .isEqualTo(List.of("*"));
    }

    private static String fields(String... fields) {
        return String.join("\0", fields) + "\0";
    }
}
