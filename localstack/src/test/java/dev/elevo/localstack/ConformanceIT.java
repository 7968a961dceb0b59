package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.conformance.Conformance;
import dev.elevo.conformance.dsl.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, statement by statement, and that each endpoint and error of the description is among what was tried. */
class ConformanceIT {
    /** Where each sandbox is a machine that boots. */
    private static final int FEW_AT_A_TIME = 3;

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @Test
    void every_statement_of_the_contract_holds() throws IOException, InterruptedException {
        var stack = SHARED.get();

        var run = Conformance.run(
                new Target(stack.ready("url").toString(), stack.adminKey(), RunningStack.JWT_SECRET),
                Set.of(),
                FakeCloud.isEverywhere() ? FEW_AT_A_TIME : Conformance.USUALLY_AT_A_TIME);

        run.write(Path.of("target", "conformance"));
        assertThat(run.isGood()).as(run.summary()).isTrue();
    }
}
