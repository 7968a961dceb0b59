package dev.elevo.localstack.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--fast")
                .hasMessageContaining("usage: ./elevo up [--detach] [--runtime-api]");
    }
}
