package dev.elevo.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void random_ids_have_the_documented_form_and_do_not_repeat() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 10_000; i++) {
            var id = Ids.SANDBOX.random();
            assertThat(id).matches("sbx-[a-z0-9]{12}");
            assertThat(seen.add(id)).as("%s came twice", id).isTrue();
        }
    }

    @Test
    void the_same_seed_gives_the_same_id_and_another_seed_another() {
        var first = Ids.SANDBOX.derivedFrom("org|user|POST|/sandboxes|key-1".getBytes(UTF_8));
        var again = Ids.SANDBOX.derivedFrom("org|user|POST|/sandboxes|key-1".getBytes(UTF_8));
        var other = Ids.SANDBOX.derivedFrom("org|user|POST|/sandboxes|key-2".getBytes(UTF_8));

        assertThat(first).isEqualTo(again).isNotEqualTo(other);
        assertThat(Ids.SANDBOX.matches(first)).isTrue();
    }

    @Test
    void an_id_of_another_kind_or_form_does_not_match() {
        assertThat(Ids.SANDBOX.matches(Ids.KEY.random())).isFalse();
        assertThat(Ids.SANDBOX.matches("sbx-ABCDEFGHIJKL")).isFalse();
        assertThat(Ids.SANDBOX.matches("sbx-abcdefghijk")).isFalse();
        assertThat(Ids.SANDBOX.matches("sbx-abcdefghijkl\n")).isFalse();
        assertThat(Ids.SANDBOX.matches("../sbx-abcdefghijkl")).isFalse();
    }
}
