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
        var path = SealedProgram.of("true");

        assertThat(new ProcessBuilder(path).start().waitFor()).isZero();
        assertThatThrownBy(() -> Files.writeString(Path.of(path), "exit 1")).isInstanceOf(IOException.class);
        assertThat(new ProcessBuilder(path).start().waitFor()).isZero();
    }

    @Test
    void what_is_not_installed_is_told_of() {
        assertThatThrownBy(() -> SealedProgram.of("no-such-program"))
                .isInstanceOf(IOException.class)
                .hasMessage("no-such-program is not installed");
    }
}
