package dev.elevo.startup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KnownServicesTest {
    private final KnownServices<Object> services = () -> new Object[] {"word", 17};

    @Test
    void all_are_loaded_of_which_nobody_wants_some() {
        assertThat(services.load(null)).containsExactly("word", 17);
    }

    @Test
    void those_are_loaded_that_are_wanted() {
        assertThat(services.load(each -> each instanceof String)).containsExactly("word");
    }

    @Test
    void they_are_found_by_the_names_of_their_classes() {
        var found = services.findAll("java.lang.Integer"::equals).toList();

        assertThat(found).singleElement().satisfies(each -> {
            assertThat(each.getName()).isEqualTo("java.lang.Integer");
            assertThat(each.load()).isEqualTo(17);
        });
    }
}
