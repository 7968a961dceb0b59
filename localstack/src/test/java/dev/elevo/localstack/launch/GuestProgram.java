package dev.elevo.localstack.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The command line of an agent that is alone in a machine. */
public final class GuestProgram {
    private static final int HEAP_MEGABYTES = 160;

    private GuestProgram() {}

    /**
     * In a machine of its own.
     *
     * @param directory of the machine; its own files are nowhere else
     */
    public static List<String> command(Path root, Path directory, int agentPort, int hooksPort) {
        var installation = new Installation(root);
        var seen = seenAt(root);
        var machine = List.of(
                root.resolve("agent/src/test/guest/machine").toString(),
                directory.toString(),
                // The rights that root has there by default.
                "few",
                root + ":" + seen,
                "--",
                // Nothing of what this JVM was told.
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL=C.UTF-8",
                "ELEVO_DRIVER=guest",
                "ELEVO_HOME=/var/lib/elevo",
                "ELEVO_AGENT_PORT=" + agentPort,
                "ELEVO_HOOKS_PORT=" + hooksPort,
                // It is not snapshotted: what it had rehearsed it would rehearse for each machine.
                "ELEVO_REHEARSAL_ROUNDS=1");
        var java = new JavaProgram(
                        "agent",
                        HEAP_MEGABYTES,
                        installation.agentClassPath(),
                        List.of("-Delevo.helper=" + installation.helper()),
                        "dev.elevo.agent.Main",
                        List.of())
                .command(installation, System.getenv());
        var inside = java.stream().map(word -> word.replace(root.toString(), seen.toString()));
        return Stream.concat(machine.stream(), inside).toList();
    }

    /** What is mounted where a user writes would be taken for his files. */
    private static Path seenAt(Path root) {
        return root.startsWith("/tmp") || root.startsWith("/var/tmp") ? Path.of("/opt/elevo") : root;
    }
}
