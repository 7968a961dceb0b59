package dev.elevo.localstack.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {
    private final List<String> closed = new ArrayList<>();
    private final Opened opened = new Opened();

    @Test
    void a_run_that_never_began_closes_what_it_opened_and_leaves_what_it_found() throws IOException {
        opened.add(() -> closed.add("home"));
        opened.addForCompleteRun(() -> closed.add("found"));
        opened.add(() -> closed.add("started"));

        opened.close();

        assertThat(closed).containsExactly("started", "home");
    }

    @Test
    void a_whole_run_closes_all_of_it() throws IOException {
        opened.addForCompleteRun(() -> closed.add("found"));
        opened.add(() -> closed.add("started"));
        opened.complete();

        opened.close();

        assertThat(closed).containsExactly("started", "found");
    }

    @Test
    void one_part_that_does_not_close_keeps_no_other_open() throws IOException {
        opened.add(() -> closed.add("first"));
        opened.add(() -> {
            throw new IOException("stuck");
        });
        opened.add(() -> closed.add("last"));

        assertThatThrownBy(opened::close).hasMessage("stuck");
        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    void what_comes_after_the_end_is_closed_at_once() throws IOException {
        opened.close();

        assertThatThrownBy(() -> opened.add(() -> closed.add("late"))).isInstanceOf(NotStartedException.class);
        assertThat(closed).containsExactly("late");
    }
}
