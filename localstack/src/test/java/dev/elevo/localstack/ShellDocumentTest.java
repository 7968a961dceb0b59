package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.localstack.ShellDocument.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A check of documents that could not fail would be none. */
class ShellDocumentTest {
    @TempDir
    private Path folder;

    @Test
    void a_block_that_fails_is_told_with_its_place_and_nothing_behind_it_is_run() {
        var document = new ShellDocument(
                "some.md",
                List.of(
                        new Block(3, "value=kept", "", ""),
                        new Block(7, "echo $value; false | cat", "", ""),
                        new Block(9, "touch behind", "", "")));

        assertThatThrownBy(() -> document.run(folder, Map.of()))
                .hasMessageContaining("some.md:7")
                .hasMessageContaining("kept");
        assertThat(folder.resolve("behind")).doesNotExist();
    }

    @Test
    void an_answer_is_the_one_that_is_shown_but_for_space_and_what_is_left_out() throws Exception {
        var text = "echo '{\"id\":\"sbx-1\",\"name\":\"first\",\"state\":\"running\"}'";
        new ShellDocument("some.md", List.of(new Block(1, text, "", "{\"id\": \"sbx-…\", …, \"state\": \"running\"}")))
                .run(folder, Map.of());

        var wrong = new ShellDocument(
                "some.md", List.of(new Block(1, text, "", "{\"id\": \"sbx-…\", \"name\": \"second\"…")));
        assertThatThrownBy(() -> wrong.run(folder, Map.of())).hasMessageContaining("some.md:1");
    }

    @Test
    void what_is_marked_is_not_run() throws Exception {
        new ShellDocument("some.md", List.of(new Block(1, "touch marked", "it is an example", "")))
                .run(folder, Map.of());

        assertThat(folder.resolve("marked")).doesNotExist();
    }

    @Test
    void blocks_are_read_with_their_marks_and_answers() throws Exception {
        var document = ShellDocument.read("docs/tutorial.md", "localhost:1");

        assertThat(document.blocks().getFirst().notRun()).isNotEmpty();
        assertThat(document.blocks().get(1).notRun()).isEmpty();
        assertThat(document.blocks().get(1).answers()).contains("sbx-…");
        assertThat(Files.readString(RunningStack.root().resolve("docs/tutorial.md"))
                        .lines())
                .element(document.blocks().get(1).line() - 1)
                .isEqualTo("```sh");
    }
}
