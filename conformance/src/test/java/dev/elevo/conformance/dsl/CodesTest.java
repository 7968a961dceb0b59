package dev.elevo.conformance.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CodesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| <a id=.*</a>(\\d+) \\| `(\\w+)` \\| (\\d+) \\|");

    /** The catalogue is the service's; the suite knows nothing of its code. */
    @Test
    void the_table_has_every_code_of_the_catalogue_and_no_other() throws IOException {
        var documented = new TreeSet<Integer>();
        ROW.matcher(Files.readString(Path.of("../docs/errors.md"))).results().forEach(row -> {
            var code = Integer.parseInt(row.group(1));
            documented.add(code);
            assertThat(Codes.wrong(code, row.group(2), Integer.parseInt(row.group(3))))
                    .isEmpty();
        });

        assertThat(documented).hasSizeGreaterThan(70);
        assertThat(Codes.all()).isEqualTo(documented);
    }
}
