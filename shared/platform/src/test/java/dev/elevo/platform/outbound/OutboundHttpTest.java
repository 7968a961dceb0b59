package dev.elevo.platform.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.stream.Collectors;
import org.crac.Core;
import org.junit.jupiter.api.Test;

class OutboundHttpTest {

    @Test
    void none_is_made_that_nobody_asks_for() {
        var before = threads();

        try (var http = new OutboundHttp()) {
            assertThat(http).isNotNull();
            assertThat(before).containsAll(threads());
        }
    }

    @Test
    void a_snapshot_has_it() {
        var before = threads();

        try (var http = new OutboundHttp()) {
            http.beforeCheckpoint(Core.getGlobalContext());

            assertThat(threads()).filteredOn(thread -> !before.contains(thread)).hasSize(1);
        }
    }

    /** Whoever calls knows what to do without an answer, and not what a broken promise of ours is. */
    @Test
    void whoever_calls_after_the_end_is_not_answered() {
        var http = new OutboundHttp();

        http.close();

        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:1")).build();
        assertThatThrownBy(() -> http.send(request, BodyHandlers.discarding())).isInstanceOf(IOException.class);
    }

    /** Of all there are: each has one. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient-"))
                .collect(Collectors.toSet());
    }
}
