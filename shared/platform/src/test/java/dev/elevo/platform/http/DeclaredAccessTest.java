package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.FixtureFunction;
import org.junit.jupiter.api.Test;

class DeclaredAccessTest {
    @Test
    void an_endpoint_that_declares_nothing_is_found_and_only_that() {
        try (var fixture = FixtureFunction.start()) {
            assertThat(DeclaredAccess.missing(fixture.function().context()))
                    .containsExactly("GET /api/v1/fixture/undeclared", "HEAD /api/v1/fixture/undeclared");
        }
    }
}
