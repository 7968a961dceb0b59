package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import java.io.IOException;
import java.nio.file.Files;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is deployed of each area: each megabyte is a part of its cold starts. */
final class PackagesIT {
    private static final long MOST_BYTES = 20_000_000;

    @ParameterizedTest
    @EnumSource
    void a_package_is_small_and_has_the_function_and_nothing_of_a_test(Area area) throws IOException {
        var file = RunningStack.root().resolve("functions/" + area.areaName() + "/target/lambda.zip");

        assertThat(Files.size(file)).isLessThanOrEqualTo(MOST_BYTES);
        try (var zip = new ZipFile(file.toFile())) {
            var names = zip.stream().map(entry -> entry.getName()).toList();
            assertThat(names)
                    .anyMatch(name -> name.startsWith("lib/function-" + area.areaName() + "-"))
                    .noneMatch(name -> name.matches("lib/(.*-tests|junit|assertj|testcontainers|snakeyaml|joda).*"));
        }
    }
}
