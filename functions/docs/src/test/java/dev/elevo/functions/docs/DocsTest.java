package dev.elevo.functions.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shown, through the function's handler. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocsTest {
    private Surrounded surrounded;
    private DocsFunction function;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(DocsFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    private Answer get(String target) {
        return Answer.of(function.handle(Events.get(target).event()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.yaml", "/api/v1/openapi.yaml"})
    void the_description_is_for_anyone(String target) {
        var answer = get(target);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("application/yaml");
        assertThat(new String(answer.bytes(), UTF_8))
                .startsWith("openapi: 3.0.3")
                .contains("/api/v1/sandboxes/{id}:");
    }

    @ParameterizedTest
    @CsvSource({
        "/swagger-ui, text/html, swagger-ui-bundle.js",
        "/swagger-ui/, text/html, swagger-ui-bundle.js",
        "/swagger-ui/index.html, text/html, swagger-ui-bundle.js",
        "/swagger-ui/start.js, text/javascript, /openapi.yaml",
        "/swagger-ui/swagger-ui.css, text/css, .swagger-ui",
        "/swagger-ui/swagger-ui-bundle.js, text/javascript, SwaggerUIBundle",
        "/console, text/html, /console/console.js",
        "/console/, text/html, /console/console.js",
        "/console/console.js, text/javascript, Elevo Workspace",
        "/console/console.css, text/css, color-scheme"
    })
    void the_pages_come_from_here_and_may_load_from_nowhere_else(String target, String type, String part) {
        var answer = get(target);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith(type);
        assertThat(answer.text()).contains(part);
        assertThat(answer.header("content-security-policy")).contains("default-src 'none'", "script-src 'self'");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/swagger-ui/nothing.js",
                "/swagger-ui/..%2Fopenapi.yaml",
                "/swagger-ui/application-function.yml",
                "/console/start.js",
                "/console/..%2Fopenapi.yaml"
            })
    void there_is_nothing_else(String target) {
        assertThat(get(target).status()).isEqualTo(404);
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }
}
