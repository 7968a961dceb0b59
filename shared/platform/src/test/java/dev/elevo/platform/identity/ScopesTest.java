package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {
    @ParameterizedTest
    @CsvSource({
        "sandbox:raed, sandbox:read",
        "sandbox:raed*, sandbox:read",
        "files:delete, files:write",
        "file:read, files:read",
        "fils:*, files:*",
        "sandbox, sandbox:*",
        "SANDBOX:READ, sandbox:read",
        "gateway.amdin, gateway.admin",
        "volume:x*, volume:*"
    })
    void what_opens_nothing_is_told_with_what_may_have_been_meant(String granted, String meant) {
        assertThat(Scopes.meantBy(granted).orElse("")).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*:read",
                "sandbox:*",
                "s?ndbox:read",
                "gateway.*",
                "orders.read",
                "nothing:here",
                "a-b.c_d?"
            })
    void what_opens_something_or_is_a_word_of_its_own_is_no_slip(String granted) {
        assertThat(Scopes.meantBy(granted)).isEmpty();
    }

    @Test
    void each_of_them_opens_itself() {
        assertThat(Scopes.ALL)
                .allSatisfy(scope -> assertThat(Scopes.meantBy(scope)).isEmpty());
    }
}
