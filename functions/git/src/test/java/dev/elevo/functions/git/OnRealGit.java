package dev.elevo.functions.git;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tests that ask one function, whose scripts this machine's git runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnRealGit {
    RealGit machine;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        machine = new RealGit(home);
    }

    @AfterAll
    void stop() {
        machine.close();
    }
}
