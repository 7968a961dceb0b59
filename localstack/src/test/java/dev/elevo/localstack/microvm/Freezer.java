package dev.elevo.localstack.microvm;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A control group that holds all processes of a machine, and stops them where they are: by the kernel's first or second interface. */
record Freezer(Path group, boolean isSecond) {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup");
    private static final Path FIRST = Path.of("/sys/fs/cgroup/freezer");

    static Freezer make(String name) throws IOException {
        var isSecond = !Files.isDirectory(FIRST);
        var group = (isSecond ? UNIFIED : FIRST).resolve("elevo-" + name);
        Files.createDirectory(group);
        return new Freezer(group, isSecond);
    }

    /** A command that is in it before it begins, with all that it starts. */
    List<String> within(List<String> command) {
        var enter = List.of("sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", group.toString());
        return Stream.concat(enter.stream(), command.stream()).toList();
    }

    void freeze() throws IOException {
        if (isSecond) {
            Files.writeString(group.resolve("cgroup.freeze"), "1");
            Eventually.await(
                    "all are frozen",
                    () -> Files.readString(group.resolve("cgroup.events")).contains("frozen 1"));
        } else {
            Files.writeString(group.resolve("freezer.state"), "FROZEN");
            Eventually.await(
                    "all are frozen",
                    () -> Files.readString(group.resolve("freezer.state")).startsWith("FROZEN"));
        }
    }

    void thaw() throws IOException {
        if (isSecond) {
            Files.writeString(group.resolve("cgroup.freeze"), "0");
        } else {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
        }
    }

    void kill() throws IOException {
        for (var pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** When all have ended. */
    void remove() throws IOException {
        Eventually.await(
                "all have ended",
                () -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
        Files.delete(group);
    }
}
