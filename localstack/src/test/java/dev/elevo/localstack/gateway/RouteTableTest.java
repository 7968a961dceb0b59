package dev.elevo.localstack.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RouteTableTest {
    private final RouteTable routes = new RouteTable();

    /** Every pattern of every area, its variables filled with something. */
    @ParameterizedTest
    @MethodSource("claimed")
    void what_an_area_claims_reaches_it(String path, Area area) {
        assertThat(routes.find(path)).isEqualTo(area);
    }

    static Stream<Arguments> claimed() {
        return Arrays.stream(Area.values())
                .flatMap(area -> area.paths().stream()
                        .map(pattern -> pattern.replace("{rest+}", "a/b/c").replaceAll("\\{\\w+}", "sbx-1"))
                        .map(path -> Arguments.of(path, area)));
    }

    @ParameterizedTest
    @CsvSource({
        // A name beats a variable, a variable beats a greedy one.
        "/api/v1/sandboxes/sbx-1/process/7, PROCESS",
        "/api/v1/sandboxes/sbx-1/start, SANDBOXES",
        "/api/v1/sandboxes/sbx-1/processes, SANDBOXES",
        // A sandbox may be called like a part of it.
        "/api/v1/sandboxes/process, SANDBOXES",
        "/api/v1/sandboxes/process/process, PROCESS",
        // {rest+} wants at least one segment: the one above claims what is left.
        "/api/v1/sandboxes/sbx-1/code, SANDBOXES",
        "/api/v1/sandboxes/sbx-1/code/run, PROCESS",
        // The contract ignores a slash at the end.
        "/api/v1/sandboxes/, SANDBOXES",
        "/api/v1/sandboxes/sbx-1/, SANDBOXES",
        "/api/v1/sandboxes/sbx-1/process/, PROCESS",
        // Nobody's.
        "/, ADMIN",
        "'', ADMIN",
        "/api, ADMIN",
        "/api/v1, ADMIN",
        "/api/v1/sandboxesque, ADMIN",
        "/api/v2/sandboxes, ADMIN",
        "//api/v1/sandboxes, ADMIN",
        "/API/v1/sandboxes, ADMIN",
    })
    void the_most_specific_pattern_wins(String path, Area area) {
        assertThat(routes.find(path)).isEqualTo(area);
    }

    @Test
    void an_empty_segment_is_no_variable() {
        assertThat(routes.find("/api/v1/sandboxes//process")).isEqualTo(Area.ADMIN);
    }

    @Test
    void a_very_deep_path_is_found_without_a_deep_stack() {
        assertThat(routes.find("/api/v1/sandboxes/x" + "/y".repeat(5_000))).isEqualTo(Area.SANDBOXES);
    }
}
