package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private final AtomicLong now = new AtomicLong();
    private final Circuit circuit = new Circuit(5, Duration.ofSeconds(30), now::get);

    @Test
    void five_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        fail(4);
        assertThat(circuit.enter()).isEmpty();
        circuit.succeeded();
        fail(4);
        assertThat(circuit.enter()).isEmpty();
        circuit.failed();

        assertThat(circuit.enter()).contains(Duration.ofSeconds(30));
    }

    @Test
    void half_open_it_lets_one_pass_whose_success_closes_it() throws Exception {
        open();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Boolean> caller = () -> circuit.enter().isEmpty();
            var passed = threads.invokeAll(Stream.generate(() -> caller).limit(50).toList()).stream()
                    .filter(result -> result.resultNow())
                    .count();

            assertThat(passed).isEqualTo(1);
        }
        circuit.succeeded();

        assertThat(circuit.enter()).isEmpty();
        fail(4);
        assertThat(circuit.enter()).isEmpty();
    }

    @Test
    void half_open_one_failure_opens_it_again_for_the_whole_time() {
        open();
        assertThat(circuit.enter()).isEmpty();
        circuit.failed();

        assertThat(circuit.enter()).contains(Duration.ofSeconds(30));
    }

    @Test
    void one_that_passed_and_did_not_ask_leaves_its_place_to_the_next() {
        open();
        assertThat(circuit.enter()).isEmpty();
        assertThat(circuit.enter()).isPresent();
        circuit.abandoned();

        assertThat(circuit.enter()).isEmpty();
    }

    private void open() {
        fail(5);
        now.addAndGet(Duration.ofSeconds(30).toNanos());
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            circuit.failed();
        }
    }
}
