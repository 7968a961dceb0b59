package dev.elevo.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SealedProgramTest {
    @Test
    void it_runs_and_nobody_can_write_to_it() throws Exception {
        try (var program = SealedProgram.of("true")) {
            assertThat(ended(program.path())).isZero();
            assertThatThrownBy(() -> Files.writeString(program.path(), "exit 1"))
                    .isInstanceOf(IOException.class);
            assertThat(ended(program.path())).isZero();
        }
    }

    @Test
    void nothing_is_left_of_it() throws Exception {
        var program = SealedProgram.of("true");

        program.close();

        assertThat(program.path()).doesNotExist();
    }

    private static int ended(Path path) throws Exception {
        return new ProcessBuilder(path.toString()).start().waitFor();
    }

    @Test
    void what_is_not_installed_is_told_of() {
        assertThatThrownBy(() -> SealedProgram.of("no-such-program"))
                .isInstanceOf(IOException.class)
                .hasMessage("no-such-program is not installed");
    }
}
