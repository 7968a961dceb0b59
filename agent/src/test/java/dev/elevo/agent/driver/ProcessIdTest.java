package dev.elevo.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessIdTest {
    private static final long OURS = ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    @Test
    void what_was_written_is_read() throws IOException {
        var file = directory.resolve("pid");
        var process = ProcessId.of(OURS).orElseThrow();

        process.write(file);

        assertThat(ProcessId.read(file)).contains(process);
        assertThat(directory.toFile().list()).containsExactly("pid");
    }

    @Test
    void the_number_alone_is_that_of_a_process_that_was_there_when_it_was_written() throws IOException {
        var file = Files.writeString(directory.resolve("pid"), OURS + "\n");
        assertThat(ProcessId.read(file)).isEqualTo(ProcessId.of(OURS));

        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(ProcessId.read(file)).isEmpty();
    }

    @Test
    void a_note_that_is_missing_or_empty_names_nobody() throws IOException {
        assertThat(ProcessId.read(directory.resolve("none"))).isEmpty();
        assertThat(ProcessId.read(Files.createFile(directory.resolve("empty")))).isEmpty();
    }
}
