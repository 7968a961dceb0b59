package dev.elevo.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.contract.testing.Hosts;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of processes that have ended, on a disk that becomes full. */
class EndedProcessesTest {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws IOException {
        Hosts.assume(
                Files.readString(Path.of("/proc/self/uid_map")).strip().startsWith("0          0"),
                "a disk is mounted by root on the host");
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString());
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            run("umount", disk.toString());
        }
    }

    private void run(String... command) throws IOException {
        Command.run(List.of(command), folder, folder.resolve("log"), TIME);
    }

    @Test
    void what_came_after_one_that_found_no_room_is_found_by_the_next_agent() throws IOException {
        try (var ended = open()) {
            ended.add(record(1), List.of());
            assertThatThrownBy(() -> ended.add(record(2), output(1 << 20))).isInstanceOf(IOException.class);
            ended.add(record(3), output(100));
        }

        try (var next = open()) {
            assertThat(next.records()).extracting(ProcessRecord::pid).containsExactly(1, 3);
            assertThat(next.withPid(3)).isPresent();
        }
    }

    private EndedProcesses open() throws IOException {
        return EndedProcesses.open(disk.resolve("state"), ObjectMapper.getDefault(), () -> NOW, Long.MAX_VALUE);
    }

    private static List<OutputPart> output(int length) {
        return List.of(new OutputPart(OutputStreamName.STDOUT, new byte[length]));
    }

    private static ProcessRecord record(int pid) {
        var note =
                new ProcessNote(pid, "true", List.of(), "/", "user", Map.of(), null, 1000, null, 0, Purpose.RUN, null);
        return new ProcessRecord(
                note,
                pid,
                NOW.toEpochMilli(),
                NOW.toEpochMilli(),
                1,
                false,
                0,
                false,
                false,
                false,
                null,
                null,
                Output.Point.START);
    }
}
