package dev.elevo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliConfigurationTest {
    @TempDir
    private Path checkout;

    @Test
    void the_environment_decides() throws IOException {
        run(checkout.resolve(".elevo"));

        var environment = Map.of("WORKSPACE_API_URL", "https://a.example", "WORKSPACE_API_KEY", "ewk_a");

        assertThat(CliConfiguration.find(environment, checkout))
                .isEqualTo(new CliConfiguration("https://a.example", "ewk_a", "the environment"));
    }

    @Test
    void the_local_run_is_found_from_below() throws IOException {
        var home = run(checkout.resolve(".elevo"));
        var below = Files.createDirectories(checkout.resolve("a/b"));

        assertThat(CliConfiguration.find(Map.of(), below))
                .isEqualTo(new CliConfiguration("http://localhost:8081", "ewk_local", home.toString()));
    }

    @Test
    void its_home_may_be_named() throws IOException {
        run(checkout.resolve("elsewhere"));

        assertThat(CliConfiguration.find(Map.of("ELEVO_HOME", "elsewhere"), checkout)
                        .apiKey())
                .isEqualTo("ewk_local");
    }

    @Test
    void another_key_may_be_used_with_it() throws IOException {
        run(checkout.resolve(".elevo"));

        assertThat(CliConfiguration.find(Map.of("WORKSPACE_API_KEY", "ewk_less"), checkout)
                        .apiKey())
                .isEqualTo("ewk_less");
    }

    @Test
    void its_key_is_not_sent_elsewhere() throws IOException {
        run(checkout.resolve(".elevo"));

        assertThatThrownBy(() -> CliConfiguration.find(Map.of("WORKSPACE_API_URL", "https://a.example"), checkout))
                .hasMessageContaining("WORKSPACE_API_KEY is not");
    }

    @Test
    void without_any_it_says_how_to_come_by_one() {
        assertThatThrownBy(() -> CliConfiguration.find(Map.of("ELEVO_HOME", "none"), checkout))
                .hasMessageContaining("./elevo up");
    }

    private static Path run(Path home) throws IOException {
        Files.createDirectories(home);
        Files.writeString(home.resolve("ready.json"), "{\"url\":\"http://localhost:8081\",\"pid\":1}");
        Files.writeString(home.resolve("admin.key"), "ewk_local\n");
        return home;
    }
}
