package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger openings = new AtomicInteger();
    private final Circuit circuit = new Circuit(5, Duration.ofSeconds(30), now::get, openings::incrementAndGet);

    @Test
    void five_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        fail(4);
        pass().succeeded();
        fail(4);
        assertThat(passes()).isTrue();
        fail(1);

        assertThat(circuit.enter()).isEqualTo(new Circuit.Shut(Duration.ofSeconds(30)));
        assertThat(openings).hasValue(1);
    }

    @Test
    void half_open_it_lets_one_pass_whose_success_closes_it() throws Exception {
        open();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Circuit.Entry> caller = circuit::enter;
            var passed = threads
                    .invokeAll(Stream.generate(() -> caller).limit(50).toList())
                    .stream()
                    .map(Future::resultNow)
                    .filter(Circuit.Pass.class::isInstance)
                    .map(Circuit.Pass.class::cast)
                    .toList();

            assertThat(passed).hasSize(1);
            passed.getFirst().succeeded();
        }

        assertThat(passes()).isTrue();
        fail(4);
        assertThat(passes()).isTrue();
    }

    @Test
    void half_open_one_failure_opens_it_again_for_the_whole_time() {
        open();
        pass().failed();

        assertThat(circuit.enter()).isEqualTo(new Circuit.Shut(Duration.ofSeconds(30)));
    }

    @Test
    void one_that_passed_and_did_not_ask_leaves_its_place_to_the_next() {
        open();
        var probe = pass();
        assertThat(passes()).isFalse();
        probe.close();

        assertThat(passes()).isTrue();
    }

    @Test
    void what_passed_before_it_opened_says_nothing_about_afterwards() {
        var slow = Stream.generate(this::pass).limit(3).toList();
        open();
        slow.get(0).succeeded();
        var probe = pass();
        slow.get(1).failed();
        slow.get(2).close();

        assertThat(passes()).isFalse();
        probe.succeeded();
        assertThat(passes()).isTrue();
    }

    private void open() {
        fail(5);
        assertThat(passes()).isFalse();
        now.addAndGet(Duration.ofSeconds(30).toNanos());
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            try (var pass = pass()) {
                pass.failed();
            }
        }
    }

    private Circuit.Pass pass() {
        if (circuit.enter() instanceof Circuit.Pass pass) {
            return pass;
        }
        throw new AssertionError("it is shut");
    }

    private boolean passes() {
        return circuit.enter() instanceof Circuit.Pass;
    }
}
