package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.contract.testing.Hosts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresStartTest {
    @TempDir
    private Path home;

    @Test
    void told_to_end_while_it_makes_its_files_it_leaves_neither_those_nor_who_makes_them() throws Exception {
        var starting = PostgresLocal.begin(home, Hosts.freePort());
        // The maker, his shell, and the PostgreSQL in that.
        Eventually.await(
                "the files are being made", () -> starting.descendants().count() == 3);
        var makers = starting.descendants().toList();

        starting.destroy();

        assertThat(starting.waitFor()).isEqualTo(143);
        assertThat(home.resolve("files")).isEmptyDirectory();
        // Nobody waits for the maker's own children, whom he has left with nothing to read.
        Eventually.await("all have ended", () -> makers.stream().noneMatch(ProcessHandle::isAlive));
    }
}
