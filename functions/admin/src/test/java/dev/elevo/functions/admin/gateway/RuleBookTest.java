package dev.elevo.functions.admin.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one instance knows of the rules, beside another that changes them. */
class RuleBookTest {
    private final SettableClock clock = new SettableClock();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile Rules stored = rules("first");
    private volatile boolean isAway;
    private volatile Duration patience = Duration.ZERO;
    private volatile CountDownLatch door = new CountDownLatch(0);
    private TestTable table;
    private RuleNote note;
    private RuleBook book;

    @BeforeEach
    void start() {
        table = TestTable.create();
        note = new RuleNote(table.client(), table.configuration(), clock);
        book = new RuleBook(note, this::read, 1000, nanos::get);
    }

    @AfterEach
    void stop() {
        table.close();
    }

    @Test
    void where_nobody_ever_made_a_rule_the_database_is_not_asked() {
        assertThat(book.current().routes()).isEmpty();
        assertThat(reads).hasValue(0);
    }

    @Test
    void what_another_has_changed_is_known_with_the_next_look() {
        change("first");
        assertThat(book.current()).isEqualTo(stored);
        change("second");

        assertThat(book.current()).isEqualTo(rules("first"));
        later(Duration.ofSeconds(1));
        assertThat(book.current()).isEqualTo(rules("second"));
    }

    @Test
    void what_is_settled_is_not_read_again() {
        change("first");
        book.current();
        later(Duration.ofSeconds(61));
        book.current();
        var before = reads.get();

        for (int i = 0; i < 5; i++) {
            later(Duration.ofSeconds(1));
            book.current();
        }
        assertThat(reads).hasValue(before);
    }

    @Test
    void a_change_whose_end_nobody_told_is_found_however_late_somebody_looks() {
        change("first");
        note.change();
        later(Duration.ofSeconds(1));
        assertThat(book.current()).isEqualTo(rules("first"));
        // It is committed now, and who did it is killed.
        stored = rules("second");

        later(Duration.ofMinutes(5));
        assertThat(book.current()).isEqualTo(rules("second"));
    }

    /** The database took its time, and who asked it did not live to tell. */
    @Test
    void a_change_whose_end_nobody_told_is_found_by_who_has_looked_all_the_time() {
        change("first");
        later(Duration.ofMinutes(5));
        book.current();
        note.change();
        for (int second = 0; second < 55; second++) {
            later(Duration.ofSeconds(1));
            assertThat(book.current()).isEqualTo(rules("first"));
        }
        stored = rules("second");

        for (int second = 0; second < 10; second++) {
            later(Duration.ofSeconds(1));
            book.current();
        }
        assertThat(book.current()).isEqualTo(rules("second"));
    }

    @Test
    void what_is_changed_here_is_known_here_at_once() {
        change("first");
        book.current();
        change("second");
        book.outdate();

        assertThat(book.current()).isEqualTo(rules("second"));
    }

    @Test
    void while_the_database_is_away_the_old_rules_stay_and_where_there_are_none_it_is_told() {
        change("first");
        isAway = true;
        assertThatThrownBy(book::current).isInstanceOf(ApiException.class);
        isAway = false;
        book.current();
        change("second");
        isAway = true;
        later(Duration.ofSeconds(1));
        assertThat(book.current()).isEqualTo(rules("first"));
        isAway = false;
        later(Duration.ofSeconds(1));

        assertThat(book.current()).isEqualTo(rules("second"));
    }

    @Test
    void one_looks_and_the_others_do_not_wait_for_it_before_four_seconds_are_over() throws Exception {
        change("first");
        book.current();
        change("second");
        door = new CountDownLatch(1);
        later(Duration.ofSeconds(1));
        var before = reads.get();
        var looking = CompletableFuture.supplyAsync(book::current);
        while (reads.get() == before) {
            Thread.onSpinWait();
        }

        assertThat(book.current()).isEqualTo(rules("first"));
        later(Duration.ofSeconds(3));
        var waiting = CompletableFuture.supplyAsync(book::current);
        assertThat(looking).isNotDone();
        assertThat(waiting).isNotDone();
        door.countDown();

        assertThat(looking.get(1, TimeUnit.MINUTES)).isEqualTo(rules("second"));
        assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo(rules("second"));
    }

    /** The pool waits for a connection before it says that there is none. */
    @Test
    void that_the_database_is_away_is_not_heard_anew_by_each_however_long_it_takes_to_hear() {
        change("first");
        book.current();
        change("second");
        isAway = true;
        patience = Duration.ofSeconds(3);
        later(Duration.ofSeconds(1));
        assertThat(book.current()).isEqualTo(rules("first"));
        var before = reads.get();

        for (int i = 0; i < 5; i++) {
            assertThat(book.current()).isEqualTo(rules("first"));
        }
        assertThat(reads).hasValue(before);
    }

    @Test
    void who_waited_for_another_to_hear_it_does_not_ask_again() throws Exception {
        change("first");
        book.current();
        change("second");
        isAway = true;
        door = new CountDownLatch(1);
        later(Duration.ofSeconds(1));
        var before = reads.get();
        var looking = CompletableFuture.supplyAsync(book::current);
        while (reads.get() == before) {
            Thread.onSpinWait();
        }
        later(Duration.ofSeconds(4));
        var waiting = Thread.ofPlatform().start(book::current);
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        door.countDown();

        assertThat(looking.get(1, TimeUnit.MINUTES)).isEqualTo(rules("first"));
        waiting.join();
        assertThat(reads).hasValue(before + 1);
    }

    private Rules read(String deployment) {
        reads.incrementAndGet();
        try {
            door.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (isAway) {
            nanos.addAndGet(patience.toNanos());
            throw new Failure.Unavailable("away", Duration.ofSeconds(1)).asException();
        }
        return stored;
    }

    @Test
    void who_waited_for_one_that_heard_it_first_of_all_hears_the_same() throws Exception {
        change("first");
        isAway = true;
        door = new CountDownLatch(1);
        var looking = CompletableFuture.supplyAsync(book::current);
        while (reads.get() == 0) {
            Thread.onSpinWait();
        }
        var heard = new CompletableFuture<Rules>();
        var waiting = Thread.ofPlatform().start(() -> {
            try {
                heard.complete(book.current());
            } catch (RuntimeException e) {
                heard.completeExceptionally(e);
            }
        });
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        later(Duration.ofSeconds(3));
        door.countDown();
        waiting.join();

        assertThat(looking).failsWithin(1, TimeUnit.MINUTES);
        assertThat(heard).isCompletedExceptionally();
        assertThat(reads).hasValue(1);
        isAway = false;
        later(Duration.ofMillis(1));
        assertThat(book.current()).isEqualTo(stored);
    }

    private void change(String name) {
        note.change();
        stored = rules(name);
        note.change();
    }

    private void later(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private static Rules rules(String name) {
        return new Rules(name, List.of(), List.of());
    }
}
