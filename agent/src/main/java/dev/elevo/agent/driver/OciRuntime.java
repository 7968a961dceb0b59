package dev.elevo.agent.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * A program that starts containers.
 *
 * @param hidden directories it must not see: crun refuses to run where some controllers of the second generation are in use
 */
record OciRuntime(String program, List<String> hidden) {

    /** From the fastest to the slowest start. */
    static final List<OciRuntime> CANDIDATES = List.of(
            new OciRuntime("crun", List.of()),
            new OciRuntime("crun", List.of("/sys/fs/cgroup/unified")),
            new OciRuntime("runc", List.of()));

    String description() {
        return hidden.isEmpty() ? program : program + " without " + String.join(", ", hidden);
    }

    List<String> run(Slot slot) {
        var words =
                new ArrayList<>(List.of(program, "--root", slot.runtimeState().toString()));
        words.addAll(List.of(
                "run",
                "--detach",
                "--preserve-fds",
                "1",
                "--pid-file",
                slot.pidFile().toString(),
                slot.name()));
        return words;
    }
}
