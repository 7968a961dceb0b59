package dev.elevo.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.files.WatchOptions;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WatchServerTest {
    private static final int NUMBER = 7;

    @TempDir
    private Path directory;

    private Path tree;
    private InsideHelper inside;
    private WatchServer watch;

    @BeforeEach
    void start() throws IOException {
        inside = new InsideHelper(directory);
        tree = Files.createDirectory(directory.resolve("tree"));
        watch = inside.watch();
    }

    @AfterEach
    void stop() throws IOException {
        watch.close();
        inside.close();
    }

    @Test
    void whatever_changes_below_is_told_in_order() throws IOException {
        subscribe(recursive());
        Files.createDirectories(tree.resolve("a/b"));
        Files.createFile(tree.resolve("a/b/f"));
        assertThat(until("created a/b/f")).containsExactly("created/ a", "created/ a/b", "created a/b/f");
        Files.writeString(tree.resolve("a/b/f"), "1");
        assertThat(until("modified a/b/f")).hasSize(1);
        Files.move(tree.resolve("a/b/f"), tree.resolve("g"));
        assertThat(until("renamed g < a/b/f")).hasSize(1);
        Files.move(tree.resolve("a"), tree.resolve("c"));
        Files.writeString(tree.resolve("c/b/h"), "1");
        assertThat(until("modified c/b/h")).containsExactly("renamed/ c < a", "created c/b/h", "modified c/b/h");
        Files.delete(tree.resolve("c/b/h"));
        assertThat(until("deleted c/b/h")).hasSize(1);
    }

    @Test
    void what_moves_out_is_deleted_and_what_moves_in_is_created_with_all_that_is_in_it() throws IOException {
        subscribe(recursive());
        Files.createDirectories(tree.resolve("d/e"));
        Files.createFile(tree.resolve("d/e/f"));
        until("created d/e/f");
        Files.move(tree.resolve("d"), directory.resolve("elsewhere"));
        assertThat(until("deleted/ d")).last().isEqualTo("deleted/ d");
        Files.createFile(directory.resolve("elsewhere/unheard"));
        Files.move(directory.resolve("elsewhere"), tree.resolve("back"));
        assertThat(until("created back/e/f")).contains("created/ back", "created/ back/e", "created back/unheard");
        Files.delete(tree.resolve("back/e/f"));
        assertThat(until("deleted back/e/f")).doesNotContain("created/ back");
    }

    @Test
    void directories_that_come_quickly_are_not_missed() throws IOException {
        subscribe(recursive());
        var expected = new ArrayList<String>();
        for (int i = 0; i < 200; i++) {
            Files.createDirectories(tree.resolve("n" + i + "/m"));
            Files.createFile(tree.resolve("n" + i + "/m/f"));
            expected.addAll(List.of("created/ n" + i, "created/ n" + i + "/m", "created n" + i + "/m/f"));
        }
        Files.createFile(tree.resolve("last"));
        var told = until("created last");
        while (told.size() <= expected.size()) {
            told.addAll(until(null));
        }
        expected.add("created last");
        assertThat(told).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void changes_of_one_file_within_a_moment_are_one() throws IOException {
        var file = Files.createFile(tree.resolve("f"));
        subscribe(options(tree, false, List.of("modified", "deleted"), null, List.of(), 0));
        for (int i = 0; i < 50; i++) {
            Files.writeString(file, "text " + i);
        }
        Files.delete(file);
        var told = until("deleted f");
        // As many as there were tenths of a second, and the last before the end.
        assertThat(told.size()).isBetween(2, 40);
        assertThat(told.subList(0, told.size() - 1)).containsOnly("modified f");
    }

    @Test
    void a_write_is_a_file_that_is_created_or_modified_and_nothing_else() throws IOException {
        var old = Files.writeString(tree.resolve("old"), "1");
        subscribe(recursive());
        // What the helper does, step by step, where it cannot link a file that has no name.
        Files.writeString(tree.resolve(".elevo-0000000000000000"), "2");
        Files.createLink(tree.resolve("new"), tree.resolve(".elevo-0000000000000000"));
        Files.delete(tree.resolve(".elevo-0000000000000000"));
        Files.writeString(tree.resolve(".elevo-0000000000000001"), "2");
        Files.move(tree.resolve(".elevo-0000000000000001"), old, StandardCopyOption.ATOMIC_MOVE);
        Files.createDirectories(tree.resolve(".elevo-0000000000000002/d"));
        Files.createFile(tree.resolve(".elevo-0000000000000002/d/f"));
        Files.move(tree.resolve(".elevo-0000000000000002"), tree.resolve("copy"));
        assertThat(until("modified old"))
                .containsExactly("created new", "created/ copy", "created/ copy/d", "created copy/d/f", "modified old");
        Files.move(old, tree.resolve(".elevo-0000000000000003"));
        Files.createFile(tree.resolve("end"));
        assertThat(until("created end")).containsExactly("deleted old", "created end");
    }

    @Test
    void a_file_that_is_called_as_the_kernel_calls_those_without_a_name_is_told_of() throws IOException {
        var file = Files.createFile(tree.resolve("#12"));
        subscribe(recursive());
        Files.writeString(file, "1");
        assertThat(until("modified #12")).hasSize(1);
    }

    @Test
    void one_file_is_watched_on_when_another_takes_its_place() throws IOException {
        var file = Files.createFile(tree.resolve("one"));
        subscribe(options(file, false, WatchOptions.EVENTS, null, List.of(), 0));
        Files.writeString(tree.resolve("next"), "2");
        Files.move(tree.resolve("next"), file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(until("modified /one")).hasSize(1);
        Files.writeString(file, "3");
        assertThat(until("modified /one")).hasSize(1);
        Files.delete(file);
        assertThat(until("ended removed")).contains("deleted /one");
    }

    @Test
    void names_and_kinds_choose_what_is_told() throws IOException {
        subscribe(options(tree, true, List.of("created", "deleted", "renamed"), "*.c", List.of("node_modules"), 0));
        Files.createDirectory(tree.resolve("node_modules"));
        Files.createFile(tree.resolve("node_modules/x.c"));
        Files.createFile(tree.resolve("x.h"));
        Files.move(tree.resolve("x.h"), tree.resolve("x.c"));
        Files.move(tree.resolve("x.c"), tree.resolve("y.c"));
        Files.move(tree.resolve("y.c"), tree.resolve("y.h"));
        Files.createFile(tree.resolve("end.c"));
        assertThat(until("created end.c"))
                .containsExactly("created x.c", "renamed y.c < x.c", "deleted y.c", "created end.c");
    }

    @Test
    void one_file_can_be_watched_and_its_end_is_told() throws IOException {
        var file = Files.createFile(tree.resolve("one"));
        subscribe(options(file, false, WatchOptions.EVENTS, null, List.of(), 0));
        Files.writeString(file, "1");
        assertThat(until("modified /one")).hasSize(1);
        Files.delete(file);
        assertThat(until("ended removed")).contains("deleted /one");
    }

    @Test
    void a_root_that_is_removed_ends_it_and_so_do_time_and_wish() throws IOException {
        subscribe(recursive());
        Files.delete(tree);
        assertThat(until("ended removed")).contains("deleted/ ");
        Files.createDirectory(tree);
        subscribe(options(tree, false, WatchOptions.EVENTS, null, List.of(), 50));
        assertThat(until("ended timeout")).hasSize(1);
        subscribe(recursive());
        watch.unsubscribe(NUMBER);
        assertThat(until("ended requested")).hasSize(1);
        watch.unsubscribe(NUMBER);
        subscribe(recursive());
    }

    @Test
    void what_cannot_be_watched_is_told_apart() throws IOException {
        assertThat(failed(options(tree.resolve("missing"), false, WatchOptions.EVENTS, null, List.of(), 0))
                        .whose())
                .isEqualTo(WatchReply.Whose.PATH);
        assertThat(failed(options(tree, false, WatchOptions.EVENTS, "[a", List.of(), 0))
                        .whose())
                .isEqualTo(WatchReply.Whose.INCLUDE);
        assertThat(failed(options(tree, false, WatchOptions.EVENTS, null, List.of("a", "{b"), 0)))
                .isEqualTo(new WatchReply.Failed(NUMBER, WatchReply.Whose.EXCLUDE, 1));
        for (int i = 0; i < WatchFailures.MOST_SUBSCRIPTIONS; i++) {
            subscribe(recursive());
        }
        assertThat(failed(recursive()).whose()).isEqualTo(WatchReply.Whose.SUBSCRIPTIONS);
    }

    @Test
    @Tag("slow")
    void ten_thousand_directories_are_watched() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            Files.createDirectories(tree.resolve(i % 100 + "/" + i));
        }
        subscribe(recursive());
        Files.createFile(tree.resolve("57/9957/new"));
        assertThat(until("created 57/9957/new")).hasSize(1);
        Files.createFile(tree.resolve("0/0/other"));
        assertThat(until("created 0/0/other")).hasSize(1);
    }

    @Test
    void what_is_lost_while_nobody_reads_is_told_and_the_watch_goes_on() throws IOException {
        subscribe(recursive());
        var file = tree.resolve("f");
        var most = Integer.parseInt(Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                .strip());
        for (int i = 0; i < most * 3 / 2 + 20_000; i++) {
            Files.createFile(file);
            Files.delete(file);
        }
        Files.createDirectories(tree.resolve("late/deep"));
        until("overflow/ ");
        // What came into being meanwhile was found by looking again.
        Files.createFile(tree.resolve("late/deep/x"));
        until("created late/deep/x");
    }

    @Test
    void its_process_ends_with_the_connection() throws Exception {
        subscribe(recursive());
        var helper = inside.helper();
        assertThat(helper.children()).isEqualTo(1);
        watch.close();
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (helper.children() > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    private WatchOptions recursive() {
        return options(tree, true, WatchOptions.EVENTS, null, List.of(), 0);
    }

    private static WatchOptions options(
            Path path,
            boolean recursive,
            List<String> events,
            @Nullable String include,
            List<String> exclude,
            int timeoutMs) {
        return new WatchOptions(path.toString(), recursive, events, include, exclude, timeoutMs).checked();
    }

    private void subscribe(WatchOptions options) throws IOException {
        watch.subscribe(NUMBER, options);
        assertThat(watch.next()).isEqualTo(new WatchReply.Subscribed(NUMBER));
    }

    private WatchReply.Failed failed(WatchOptions options) throws IOException {
        watch.subscribe(NUMBER, options);
        return (WatchReply.Failed) watch.next();
    }

    /** All that is told up to this; null is whatever comes next. */
    private List<String> until(@Nullable String last) throws IOException {
        var told = new ArrayList<String>();
        do {
            told.add(spell(watch.next()));
        } while (last != null && !told.getLast().equals(last));
        return told;
    }

    private String spell(WatchReply reply) {
        return switch (reply) {
            case WatchReply.Subscribed subscribed -> "subscribed";
            case WatchReply.Ended ended -> "ended " + ended.reason();
            case WatchReply.Failed failed -> "failed " + failed.whose();
            case WatchReply.Changed changed ->
                changed.event()
                        + (changed.directory() ? "/ " : " ")
                        + below(changed.path())
                        + (changed.oldPath() == null ? "" : " < " + below(changed.oldPath()));
        };
    }

    private String below(String path) {
        var rest = path.substring(tree.toString().length());
        return rest.startsWith("/") && !rest.equals("/one") ? rest.substring(1) : rest;
    }
}
