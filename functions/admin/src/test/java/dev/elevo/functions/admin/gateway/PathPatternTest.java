package dev.elevo.functions.admin.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/users, /users, ''",
        "/users/*, /users/7, 7",
        "/users/*, /users/7/posts, 7/posts",
        "/users/*, /users, ''",
        "/users/*, /users/, ''",
        "/*, /, ''",
        "/*, /a/b, a/b",
        "/users/*/posts, /users/7/posts, 7",
        "/v*/x-*-y/z, /v2/x-a-b-y/z, 2|a-b",
        "/a*b*c, /abbc, |b",
        "/*.png, /logo.png, logo"
    })
    void stars_stand_for_runs_without_a_slash_and_the_last_for_any_rest(String pattern, String path, String stars) {
        assertThat(PathPattern.of(pattern).match(PathPattern.split(path)))
                .isEqualTo(Arrays.asList(stars == null ? new String[] {""} : stars.split("\\|", -1))
                        .subList(pattern.contains("*") ? 0 : 1, stars == null ? 1 : stars.split("\\|", -1).length));
    }

    @ParameterizedTest
    @CsvSource({
        "/users, /users/",
        "/users, /Users",
        "/users/*/posts, /users/posts",
        "/users/*/posts, /users//posts",
        "/users/*/posts, /users/a/b/posts",
        "/ab*ba, /aba",
        "/*.png, /a/b.png",
        "/users/*, /usersx"
    })
    void what_is_not_meant_does_not_match(String pattern, String path) {
        assertThat(PathPattern.of(pattern).match(PathPattern.split(path))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "users",
                "",
                "/a b",
                "/a?b",
                "/a#b",
                "/a//b",
                "/a/../b",
                "/./a",
                "/a/**",
                "/a\\b",
                "//",
                "/a/..;x/b",
                "/a/;/b",
                "/.;"
            })
    void what_could_be_read_in_two_ways_is_no_pattern(String text) {
        assertThat(PathPattern.problem(text)).isPresent();
    }

    @Test
    void many_stars_against_a_long_path_are_not_slow() {
        var pattern = PathPattern.of("/" + "a*".repeat(240) + "b");
        var path = List.of("a".repeat(8000));

        for (int i = 0; i < 1000; i++) {
            assertThat(pattern.match(path)).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/users/*, /v2/*, 7/posts, /v2/7/posts",
        "/users/*, /v2/*, '', /v2",
        "/users/*, /fixed, 7, /fixed",
        "/users/*, /v2/*/x, a b, /v2/a%20b/x",
        "/users/*, /v2/*, 'a?b#c%', /v2/a%3Fb%23c%25",
        "/users/*, http://up.example:81/base/*, x, /base/x",
        "/users/*, /v2/*, e\u0301, /v2/e%CC%81",
        "/users/*, /v2/*, \u1fef, /v2/%E1%BF%AF",
    })
    void stars_of_the_target_are_filled_and_encoded(String pattern, String target, String star, String path) {
        assertThat(TargetUrl.problem(target, pattern)).isEmpty();
        assertThat(TargetUrl.of(target).path(List.of(star))).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a/b",
                "http://",
                "http://u:p@host/",
                "//host/x",
                "x",
                "/a b",
                "/a#b",
                "file:///etc/passwd",
                "/a/../b",
                "/*/*"
            })
    void what_is_neither_a_path_nor_an_address_is_no_target(String target) {
        assertThat(TargetUrl.problem(target, "/x/*")).isPresent();
    }
}
