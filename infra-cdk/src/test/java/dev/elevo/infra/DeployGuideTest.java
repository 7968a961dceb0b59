package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names by which the guide asks AWS for things are those of the template: nobody tells an operator of a slip but an empty variable. */
class DeployGuideTest {
    private static final Pattern RESOURCE = Pattern.compile("\\$\\(of (\\S+) (\\w+)\\)");
    private static final Pattern OUTPUT = Pattern.compile("\\$\\(output (\\w+)\\)");
    private static final Pattern PARAMETER = Pattern.compile("--parameters (\\w+)=");

    private final Resources resources = Synthesis.ofEverything().template();
    private final String guide;

    DeployGuideTest() throws IOException {
        guide = Files.readString(Path.of("../docs/deploy.md"));
    }

    @Test
    void each_beginning_of_a_name_is_that_of_one_resource() {
        assertThat(found(RESOURCE))
                .hasSizeGreaterThan(5)
                .allSatisfy(asked -> assertThat(resources.all("AWS::" + asked.group(1)))
                        .filteredOn(one -> one.id().startsWith(asked.group(2)))
                        .as(asked.group())
                        .hasSize(1));
    }

    @Test
    void each_output_and_each_parameter_is_there() {
        assertThat(found(OUTPUT).map(asked -> asked.group(1))).isNotEmpty().isSubsetOf(names("Outputs"));
        assertThat(found(PARAMETER).map(asked -> asked.group(1))).isNotEmpty().isSubsetOf(names("Parameters"));
    }

    private Stream<MatchResult> found(Pattern pattern) {
        return pattern.matcher(guide).results();
    }

    private Set<String> names(String section) {
        return Resources.map(Objects.requireNonNull(resources.template().get(section)))
                .keySet();
    }
}
