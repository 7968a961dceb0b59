package dev.elevo.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a%20b, /a b",
        "/a+b, /a+b",
        "/a%2Bb, /a+b",
        "/a%25b, /a%b",
        "/%C3%A4, /ä",
        "/a/../b, /a/../b",
        "//a, //a",
    })
    void the_path_is_decoded_and_nothing_else(String raw, String path) {
        assertThat(Target.of(raw)).isEqualTo(new Target(path, ""));
    }

    @ParameterizedTest
    @CsvSource({"/a?b=%20c+d, b=%20c+d", "/a?b?c, b?c", "/a?%ZZ, %ZZ", "/a?b=%2F, b=%2F", "/a?, ''"})
    void the_query_stays_as_it_came(String raw, String query) {
        assertThat(Target.of(raw)).isEqualTo(new Target("/a", query));
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/a/b, /a/b, ''",
        "http://host:80, /, ''",
        "https://host?x=/y, /, x=/y",
        "http://host/a?b=http://c, /a, b=http://c"
    })
    void a_proxys_absolute_form_is_taken(String raw, String path, String query) {
        assertThat(Target.of(raw)).isEqualTo(new Target(path, query));
    }

    /** The codec reads octets as Latin-1. */
    @Test
    void bare_utf_8_is_what_it_says() {
        assertThat(Target.of("/\u00c3\u00a4?path=/\u00c3\u00a4")).isEqualTo(new Target("/ä", "path=/%C3%A4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%ZZ", "/%-1", "/%FF", "/a%C3", "*", "host:443", "a/b", ""})
    void what_cannot_be_read_is_refused(String raw) {
        assertRefused(raw, ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2Fb", "/a%2fb", "/a%00"})
    void a_slash_inside_a_segment_and_a_nul_name_nothing(String raw) {
        assertRefused(raw, ErrorCode.RESOURCE_NOT_FOUND);
    }

    @Test
    void a_replacement_character_that_was_sent_is_no_broken_escape() {
        assertThat(Target.of("/%EF%BF%BD").path()).isEqualTo("/\uFFFD");
    }

    private static void assertRefused(String raw, ErrorCode code) {
        assertThatThrownBy(() -> Target.of(raw))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
