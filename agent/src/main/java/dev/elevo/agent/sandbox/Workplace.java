package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The directory in which a sandbox's user works. Made from inside, where a link leads nowhere else. */
final class Workplace {
    private static final String USUAL = "/home/user";
    private static final Duration TIME = Duration.ofSeconds(10);

    private Workplace() {}

    static void prepare(Slot slot, SandboxSpec spec, IsolationDriver driver) throws IOException {
        var seen = driver.asSeenInside(slot, spec);
        if (seen.workDir().equals(USUAL) || driver.isolation() != Isolation.CONTAINER) {
            return;
        }
        try (var helper = new Helper(slot.helperSocket());
                var process = helper.exec(make(seen))) {
            var event = process.next();
            while (!(event instanceof Reply.Ended)) {
                event = process.next();
            }
            if (!(event instanceof Reply.Ended ended) || ended.bySignal() || ended.code() != 0) {
                throw new IOException("cannot make the directory " + seen.workDir() + " for " + seen.user());
            }
            process.forget();
        }
    }

    private static ExecRequest make(SandboxSpec spec) {
        return new ExecRequest(
                "root",
                "/",
                List.of(
                        "/bin/sh",
                        "-c",
                        "test -d \"$0\" || { mkdir -p -- \"$0\" && chown -- \"$1\" \"$0\"; }",
                        spec.workDir(),
                        spec.user()),
                Map.of(),
                false,
                new ExecRequest.NoInput(),
                null,
                ExecRequest.Timeout.killing(TIME),
                new byte[0]);
    }
}
