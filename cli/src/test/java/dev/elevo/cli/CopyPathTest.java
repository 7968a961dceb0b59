package dev.elevo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyPathTest {

    @ParameterizedTest
    @CsvSource({"box:/a/b, box, /a/b", "sbx-0123456789ab:c, sbx-0123456789ab, c", "box:, box, ''", "box:/a:b, box, /a:b"
    })
    void what_is_in_a_sandbox_names_it(String text, String sandbox, String path) {
        assertThat(CopyPath.of(text)).isEqualTo(new CopyPath.Remote(sandbox, path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/a/b", "./box:a", "../a:b", "/a:b", "Box:/a", "."})
    void what_is_here_does_not(String text) {
        assertThat(CopyPath.of(text)).isEqualTo(new CopyPath.Local(Path.of(text)));
    }

    @Test
    void what_is_not_absolute_begins_in_the_working_directory() {
        assertThat(new CopyPath.Remote("box", "a/b")
                        .absolute(() -> "/home/user")
                        .path())
                .isEqualTo("/home/user/a/b");
        assertThat(new CopyPath.Remote("box", "").absolute(() -> "/home/user").path())
                .isEqualTo("/home/user");
        assertThat(new CopyPath.Remote("box", "/a")
                        .absolute(() -> fail("asked for"))
                        .path())
                .isEqualTo("/a");
    }

    @Test
    void what_goes_into_a_directory_keeps_its_name() {
        assertThat(new CopyPath.Remote("box", "/a/b//").name()).isEqualTo("b");
        assertThat(new CopyPath.Remote("box", "/a/").child("b").path()).isEqualTo("/a/b");
        assertThat(new CopyPath.Remote("box", "/").child("b").path()).isEqualTo("/b");
    }
}
