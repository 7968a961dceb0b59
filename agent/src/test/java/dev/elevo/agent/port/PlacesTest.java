package dev.elevo.agent.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PlacesTest {
    private final Places places = new Places(4, 8);

    private PortRelay taken(String sandbox) {
        var relay = new PortRelay(ended -> places.remove(sandbox, ended));
        assertThat(places.add(sandbox, relay)).isNull();
        return relay;
    }

    private static PortRelay another() {
        return new PortRelay(ended -> {});
    }

    @Test
    void a_few_that_hold_all_make_room_for_another_their_oldest_first() {
        var first = taken("a");
        for (var sandbox : new String[] {"a", "a", "a", "b", "b", "b", "c"}) {
            taken(sandbox);
        }

        assertThat(places.add("d", another())).isSameAs(first);
        assertThat(places.snapshot().get("a")).hasSize(3).doesNotContain(first);
        assertThat(places.count("d")).isEqualTo(1);

        first.close(); // has no place any more to give back
        assertThat(places.add("d", another())).isNotNull();
    }

    @Test
    void nobody_takes_from_who_would_have_less_then() {
        for (var sandbox : new String[] {"a", "a", "b", "b", "c", "c", "d", "e"}) {
            taken(sandbox);
        }

        assertThatThrownBy(() -> places.add("e", another())).hasMessageContaining("connections of the host");
        assertThat(places.add("f", another())).isNotNull();
        assertThat(places.count("f")).isEqualTo(1);
    }

    @Test
    void one_alone_has_its_own_bound() {
        var first = taken("a");
        for (int i = 0; i < 3; i++) {
            taken("a");
        }

        assertThatThrownBy(() -> places.add("a", another())).hasMessageContaining("connections of the sandbox");
        first.close();
        taken("a");
    }
}
