package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerCacheTest {
    private final AtomicLong now = new AtomicLong();
    private final AnswerCache cache = new AnswerCache(now::get);

    @Test
    void an_answer_is_given_again_until_its_time_is_over() {
        cache.keep(key("/a"), answer(200, "x"), Duration.ofSeconds(5));

        now.addAndGet(Duration.ofMillis(4999).toNanos());
        assertThat(cache.find(key("/a"))).isPresent();
        assertThat(cache.find(key("/b"))).isEmpty();
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(cache.find(key("/a"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Cache-Control, no-store",
        "Cache-Control, 'max-age=5, PRIVATE'",
        "Set-Cookie, a=b",
        "Vary, '*'",
        "Vary, 'Accept, Cookie'"
    })
    void what_may_be_somebodys_secret_is_not_kept(String name, String value) {
        cache.keep(
                key("/a"),
                new UpstreamAnswer(200, List.of(new UpstreamAnswer.Header(name, value)), new byte[0]),
                Duration.ofSeconds(5));

        assertThat(cache.find(key("/a"))).isEmpty();
    }

    @Test
    void only_200_is_kept() {
        for (var status : List.of(201, 204, 206, 301, 404)) {
            cache.keep(key("/a"), answer(status, "x"), Duration.ofSeconds(5));
            assertThat(cache.find(key("/a"))).isEmpty();
        }
    }

    @Test
    void it_holds_a_bounded_number_of_bytes_and_forgets_the_least_used() {
        var megabyte = "x".repeat((1 << 20) - 2048);
        for (int i = 0; i < 40; i++) {
            cache.keep(key("/" + i), answer(200, megabyte), Duration.ofSeconds(5));
            assertThat(cache.find(key("/0"))).isPresent();
        }

        assertThat(cache.find(key("/1"))).isEmpty();
        assertThat(cache.find(key("/39"))).isPresent();
        cache.keep(key("/large"), answer(200, megabyte + "x".repeat(2048)), Duration.ofSeconds(5));
        assertThat(cache.find(key("/large"))).isEmpty();
    }

    @Test
    void headers_and_keys_are_bytes_too() {
        var much = "x".repeat(60_000);
        var header = new UpstreamAnswer.Header("x-much", much);
        for (int i = 0; i < 600; i++) {
            cache.keep(
                    key("/" + i + much), new UpstreamAnswer(200, List.of(header), new byte[0]), Duration.ofSeconds(5));
        }

        // 32 MB are some 275 of them.
        assertThat(cache.find(key("/300" + much))).isEmpty();
        assertThat(cache.find(key("/400" + much))).isPresent();
        cache.keep(key("/" + "x".repeat(1 << 20)), answer(200, ""), Duration.ofSeconds(5));
        assertThat(cache.find(key("/" + "x".repeat(1 << 20)))).isEmpty();
    }

    private static AnswerCache.Key key(String target) {
        return new AnswerCache.Key("route", target, "", "", "", "", "");
    }

    private static UpstreamAnswer answer(int status, String body) {
        return new UpstreamAnswer(status, List.of(), body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
