package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.conformance.Conformance;
import dev.elevo.conformance.dsl.Target;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import dev.elevo.localstack.launch.Right;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, statement by statement, and that each endpoint and error of the description is among what was tried. */
class ConformanceIT {
    /** Where each sandbox is a machine that boots. */
    private static final int FEW_AT_A_TIME = 3;

    /** What a machine of its own cannot give a sandbox (decision 34). */
    private static final Set<String> NOT_OF_A_MACHINE = Set.of(
            "Not offered here: volumes",
            "Not offered here: an address of the agent's own",
            "Not offered here: fork",
            "Not offered here: a snapshot of a paused sandbox",
            "Not offered here: a sandbox without internet",
            "Not offered here: uploads that do not fit into a request",
            "a machine's own address has no visitors");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @Test
    void every_statement_of_the_contract_holds() throws IOException, InterruptedException {
        var stack = SHARED.get();

        var run = run(stack, FakeCloud.isEverywhere() ? FEW_AT_A_TIME : Conformance.USUALLY_AT_A_TIME);

        var notOffered = run.with(Verdict.NOT_OFFERED);
        if (FakeCloud.isEverywhere()) {
            assertThat(notOffered).extracting(Result::why).isSubsetOf(NOT_OF_A_MACHINE);
        } else {
            isAllOffered(notOffered, holdsEveryLimit(stack));
            if (notOffered.isEmpty()) {
                everyRightIsUsed(stack);
            }
        }
    }

    /** Fails with what does not hold. */
    static Conformance run(RunningStack stack, int atATime) throws IOException, InterruptedException {
        var run = Conformance.run(
                new Target(stack.ready("url").toString(), stack.adminKey(), RunningStack.JWT_SECRET),
                Set.of(),
                atATime);
        run.write(Path.of("target", "conformance"));
        assertThat(run.isGood()).as(run.summary()).isTrue();
        return run;
    }

    /** What is counted of requests is written down with one that comes later. */
    private static void everyRightIsUsed(RunningStack stack) throws IOException {
        assertThat(stack.get("/openapi.yaml").status()).isEqualTo(200);
        assertThat(UnusedRights.among(Right.all(), stack.usedRights())).isEmpty();
    }

    private static boolean holdsEveryLimit(RunningStack stack) {
        return stack.post(
                                "/api/v1/sandboxes",
                                "{\"requireEnforced\":[\"cpu\",\"memory\",\"disk\",\"pids\",\"network\"]}")
                        .status()
                == 201;
    }

    /** Where sandboxes are held to every limit there is nothing that a run of one machine has not; elsewhere these at most. */
    private static void isAllOffered(List<Result> notOffered, boolean isWhole) {
        if (isWhole) {
            assertThat(notOffered).isEmpty();
        } else {
            assertThat(notOffered)
                    .extracting(Result::why)
                    .allMatch(why -> why.matches("This host does not offer (pause|fork|snapshots|volumes)"));
        }
    }
}
