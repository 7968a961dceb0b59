package dev.elevo.platform.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.crac.Core;
import org.junit.jupiter.api.Test;

class OutboundHttpTest {
    private final OutboundHttp http = new OutboundHttp();

    @Test
    void none_is_made_that_nobody_asks_for() {
        var before = threads();

        http.close();

        assertThat(before).containsAll(threads());
    }

    @Test
    void a_snapshot_has_it() {
        try (http) {
            var before = threads();

            http.beforeCheckpoint(Core.getGlobalContext());

            assertThat(threads()).filteredOn(thread -> !before.contains(thread)).hasSize(1);
        }
    }

    @Test
    void its_end_is_that_of_the_function() {
        var made = http.client();

        http.close();

        assertThat(made.isTerminated()).isTrue();
    }

    /** Of all there are: each has one. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient-"))
                .collect(Collectors.toSet());
    }
}
