package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientConfigurationTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example",
                "https://a.example/",
                "https://a.example/api/v1",
                " https://a.example/api/v1/ "
            })
    void the_version_may_be_named_or_not(String url) {
        assertThat(ClientConfiguration.service(url)).hasToString("https://a.example");
    }

    @Test
    void the_environment_says_what_the_builder_does_not() throws Exception {
        try (var service = new FakeService();
                var client = WorkspaceClient.builder(
                                Map.of("WORKSPACE_API_URL", service.url(), "WORKSPACE_API_KEY", "ewk_e"))
                        .build()) {
            service.then(204, "");

            client.sandbox("box").delete();

            assertThat(service.requests().getFirst().key()).isEqualTo("Bearer ewk_e");
        }
    }

    @Test
    void an_empty_variable_is_none() throws Exception {
        var empty = Map.of(
                "WORKSPACE_API_URL", "", "WORKSPACE_API_KEY", "", "WORKSPACE_TIMEOUT", "", "WORKSPACE_DEBUG", "");

        WorkspaceClient.builder(empty).apiKey("k").build().close();
    }

    @Test
    void what_makes_no_sense_is_told() {
        assertThatThrownBy(() -> WorkspaceClient.builder(Map.of("WORKSPACE_TIMEOUT", "1s")))
                .hasMessageContaining("milliseconds");
        assertThatThrownBy(() -> WorkspaceClient.builder(Map.of()).build()).hasMessageContaining("WORKSPACE_API_KEY");
        assertThatThrownBy(() -> WorkspaceClient.builder(Map.of())
                        .apiKey("k")
                        .apiUrl("localhost:80")
                        .build())
                .hasMessageContaining("no address");
    }
}
