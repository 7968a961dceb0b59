package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.GoldenFile;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The whole template of a deployment with nothing chosen, as it was reviewed last. {@code ./elevo synth --golden} renews it. It
 * is also what holds the template stable: this JVM and the one that wrote it had nothing in common but the code.
 */
class GoldenTemplateTest {
    /** CloudFormation's limit is 500; beyond this it is time to think of a second stack. */
    private static final int MOST_RESOURCES = 420;

    private final Synthesis synthesis = Synthesis.ofDefaults();

    @Test
    void the_template_is_the_one_that_was_reviewed() {
        new GoldenFile("infra-cdk/src/test/golden/Elevo.template.json")
                .mustEqual("%s%n".formatted(synthesis.templateText()));
    }

    @Test
    void there_is_room_for_more_resources() {
        Map<String, Object> resources = Resources.map(
                Objects.requireNonNull(synthesis.template().template().get("Resources")));
        assertThat(resources).hasSizeLessThan(MOST_RESOURCES);
    }
}
