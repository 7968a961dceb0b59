package dev.elevo.localstack.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final String INSTALLATION = "elevo.installation";

    @BeforeEach
    void install() {
        System.setProperty(INSTALLATION, "/opt/elevo");
    }

    @AfterEach
    void forget() {
        System.clearProperty(INSTALLATION);
    }

    @Test
    void without_a_word_all_functions_run_in_one_process() {
        var options = Options.read(List.of(), Map.of());

        assertThat(options.runtimeApi()).isFalse();
        assertThat(options.instances()).isEqualTo(1);
        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.installation()).isEqualTo(Path.of("/opt/elevo"));
    }

    @Test
    void the_runtime_api_is_asked_for_by_name() {
        var options = Options.read(List.of("--runtime-api"), Map.of("ELEVO_INSTANCES", "3"));

        assertThat(options.runtimeApi()).isTrue();
        assertThat(options.instances()).isEqualTo(3);
    }

    @Test
    void an_unknown_word_is_answered_with_the_known_ones() {
        assertThatThrownBy(() -> Options.read(List.of("--runtime-api", "--fast"), Map.of()))
                .isInstanceOf(BadOptionsException.class)
                .hasMessageContaining("--fast")
                .hasMessageContaining("usage: ./elevo up [--detach] [--runtime-api]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ELEVO_PORT              | abc            | is \"abc\"; it must be a whole number from 0 to 65535",
                "ELEVO_PORT              | 70000          | is \"70000\"; it must be a whole number from 0 to 65535",
                "ELEVO_INSTANCES         | 0              | is \"0\"; it must be a whole number from 1 to 64",
                "ELEVO_READY_SANDBOXES   | -1             | is \"-1\"; it must be a whole number from 0 to 100",
                "ELEVO_LIMIT_READ        | 99999999999999 | it must be a whole number from 1 to 1000000",
                "ELEVO_NETWORK           | private        | is \"private\"; it must be public or none",
                "ELEVO_PRIVATE_NETWORKS  | 10.1.2.3       | it must be networks such as 10.1.0.0/16",
                "ELEVO_DYNAMODB_ENDPOINT | localhost:8000 | it must be an address that begins with http:// or https://",
                "ELEVO_ADMIN_KEY         | short          | has 5 characters; it must be ewk_ and 43 letters",
                "ELEVO_JWT_SECRET        | short          | has 5 characters; it must be at least 32 bytes"
            })
    void a_bad_option_is_told_with_its_value_and_what_is_allowed(String name, String value, String told) {
        assertThatThrownBy(() -> Options.read(List.of(), Map.of(name, value)))
                .isInstanceOf(BadOptionsException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(told);
    }

    @Test
    void no_bad_option_hides_another_and_no_secret_is_told() {
        assertThatThrownBy(() -> Options.read(List.of(), Map.of("ELEVO_PORT", "x", "ELEVO_JWT_SECRET", "my secret")))
                .hasMessageContaining("ELEVO_PORT")
                .hasMessageContaining("ELEVO_JWT_SECRET")
                .hasMessageNotContaining("my secret");
    }

    @Test
    void an_empty_option_is_one_that_is_not_set() {
        assertThat(Options.read(List.of(), Map.of("ELEVO_PORT", "")).port()).isEqualTo(8080);
    }
}
