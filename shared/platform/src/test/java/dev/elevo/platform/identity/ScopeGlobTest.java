package dev.elevo.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeGlobTest {
    @ParameterizedTest
    @CsvSource({
        "*, sandbox:read, true",
        "sandbox:*, sandbox:read, true",
        "*:read, sandbox:read, true",
        "*:read, sandbox:write, false",
        "sandbox:read, sandbox:read, true",
        "sandbox:read, sandbox:reader, false",
        "sandbox:rea?, sandbox:read, true",
        "sandbox:read?, sandbox:read, false",
        "gateway*, gateway.admin, true",
        "s*:*d, sandbox:read, true",
        "Sandbox:read, sandbox:read, false",
        "sandbox:write, sandbox:read, false",
        "sandbox.read, sandbox:read, false",
        "'', sandbox:read, false",
        "**, sandbox:read, true",
        "sandbox:read*, sandbox:read, true"
    })
    void a_glob_matches_the_whole_scope(String granted, String required, boolean matches) {
        assertThat(ScopeGlob.matches(granted, required)).isEqualTo(matches);
    }

    @Test
    void it_agrees_with_the_regular_expression_of_the_glob() {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            var glob = text(random, "ab:*?", 8);
            var scope = text(random, "ab:", 10);
            var expression = glob.replace("*", ".*").replace("?", ".");
            assertThat(ScopeGlob.matches(glob, scope))
                    .as("%s against %s", glob, scope)
                    .isEqualTo(Pattern.matches(expression, scope));
        }
    }

    @Test
    void a_hostile_glob_takes_no_time() {
        var glob = "a*".repeat(200) + "b";
        var scope = "a".repeat(2000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(ScopeGlob.matches(glob, scope)).isFalse());
    }

    private static String text(Random random, String alphabet, int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
