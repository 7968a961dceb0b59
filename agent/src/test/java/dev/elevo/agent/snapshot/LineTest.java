package dev.elevo.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is taken on, and when. */
class LineTest {
    private final Line<String> line = new Line<>(2);

    @Test
    void what_is_done_is_due_though_nothing_waits_behind_it() throws IOException {
        line.add(CompletableFuture.completedFuture("one"));

        assertThat(line.due()).isEqualTo("one");
        assertThat(line.due()).isNull();
    }

    @Test
    void nothing_is_due_before_what_was_given_away_earlier() throws IOException {
        var first = new CompletableFuture<String>();
        line.add(first);
        line.add(CompletableFuture.completedFuture("two"));

        assertThat(line.due()).isNull();

        first.complete("one");
        assertThat(line.due()).isEqualTo("one");
        assertThat(line.due()).isEqualTo("two");
    }

    @Test
    void with_too_many_under_way_the_first_is_waited_for() throws IOException {
        var first = new CompletableFuture<String>();
        line.add(first);
        line.add(new CompletableFuture<>());
        assertThat(line.due()).isNull();
        line.add(new CompletableFuture<>());
        Thread.startVirtualThread(() -> first.complete("one"));

        assertThat(line.due()).isEqualTo("one");
        assertThat(line.due()).isNull();
    }

    @Test
    void at_the_end_all_of_them_are_waited_for() throws IOException {
        var only = new CompletableFuture<String>();
        line.add(only);
        Thread.startVirtualThread(() -> only.complete("one"));

        assertThat(line.next()).isEqualTo("one");
        assertThat(line.next()).isNull();
    }
}
