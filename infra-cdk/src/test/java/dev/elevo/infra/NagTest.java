package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.infra.Synthesis.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** cdk-nag's AwsSolutions: what it finds is mended or explained here, and an explanation of nothing goes. */
class NagTest {
    private record Explanation(String rule, String construct, String reason) {
        boolean explains(Finding finding) {
            return Pattern.matches(rule, finding.rule()) && Pattern.matches(construct, finding.construct());
        }
    }

    private static final List<Explanation> EXPLANATIONS = List.of();

    @Test
    void there_is_no_finding_without_an_explanation_and_no_explanation_without_a_finding() {
        var findings = Synthesis.ofDefaults().findings();
        var unexplained = new ArrayList<>(findings);
        unexplained.removeIf(finding -> EXPLANATIONS.stream().anyMatch(one -> one.explains(finding)));

        assertThat(unexplained).as("mend them, or say here why they stay").isEmpty();
        assertThat(EXPLANATIONS)
                .allSatisfy(one ->
                        assertThat(findings).as(one.toString()).anyMatch(one::explains))
                .allSatisfy(one -> assertThat(one.reason()).hasSizeGreaterThan(20));
    }
}
