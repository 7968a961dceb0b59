package dev.elevo.agent.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * A program that starts containers.
 *
 * @param path where it is started from
 * @param options of the program, before its command
 * @param hidden directories it must not see: crun refuses to run where some controllers of the second generation are in use
 */
record OciRuntime(String program, String path, List<String> options, List<String> hidden) {

    /** From the fastest to the slowest start. */
    static final List<OciRuntime> CANDIDATES = List.of(
            new OciRuntime("crun", "crun", List.of(), List.of()),
            new OciRuntime("crun", "crun", List.of(), List.of("/sys/fs/cgroup/unified")),
            new OciRuntime("runc", "runc", List.of(), List.of()));

    private static final List<String> WITHOUT_GROUPS = List.of("--cgroup-manager=disabled");

    /** Where the agent may not touch control groups. */
    static final List<OciRuntime> ROOTLESS_CANDIDATES = List.of(
            new OciRuntime("crun", "crun", WITHOUT_GROUPS, List.of()),
            new OciRuntime("crun", "crun", WITHOUT_GROUPS, List.of("/sys/fs/cgroup")));

    OciRuntime from(String other) {
        return new OciRuntime(program, other, options, hidden);
    }

    String description() {
        return hidden.isEmpty() ? program : program + " without " + String.join(", ", hidden);
    }

    List<String> run(Slot slot) {
        var words = new ArrayList<String>();
        words.add(path);
        words.addAll(options);
        words.addAll(List.of("--root", slot.runtimeState().toString()));
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
