package dev.elevo.agent.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that starts containers.
 *
 * @param options of the program, before its command
 * @param hidden directories it must not see: crun refuses to run where some controllers of the second generation are in use
 * @param memory where it is started from; null where it is installed
 */
record OciRuntime(
        String program,
        List<String> options,
        List<String> hidden,
        @Nullable SealedProgram memory) implements AutoCloseable {

    private OciRuntime(String program, List<String> options, List<String> hidden) {
        this(program, options, hidden, null);
    }

    /** From the fastest to the slowest start. */
    static final List<OciRuntime> CANDIDATES = List.of(
            new OciRuntime("crun", List.of(), List.of()),
            new OciRuntime("crun", List.of(), List.of("/sys/fs/cgroup/unified")),
            new OciRuntime("runc", List.of(), List.of()));

    private static final List<String> WITHOUT_GROUPS = List.of("--cgroup-manager=disabled");

    /** Where the agent may not touch control groups. */
    static final List<OciRuntime> ROOTLESS_CANDIDATES = List.of(
            new OciRuntime("crun", WITHOUT_GROUPS, List.of()),
            new OciRuntime("crun", WITHOUT_GROUPS, List.of("/sys/fs/cgroup")));

    OciRuntime inMemory() throws IOException {
        return new OciRuntime(program, options, hidden, SealedProgram.of(program));
    }

    String description() {
        return program
                + (memory == null ? "" : " in memory")
                + (hidden.isEmpty() ? "" : " without " + String.join(", ", hidden));
    }

    List<String> run(Slot slot) {
        var words = new ArrayList<String>();
        words.add(memory == null ? program : memory.path().toString());
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

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
