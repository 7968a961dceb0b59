package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.elevo.contract.lsp.TextEdit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.junit.jupiter.api.Test;

class ActionShapesTest {
    private static final String FILE = "file:///a.ts";
    private static final String RANGE = "{\"start\":{\"line\":0,\"character\":1},\"end\":{\"line\":0,\"character\":2}}";
    private static final String CHANGED = "{\"textDocument\":{\"uri\":\"" + FILE
            + "\",\"version\":1},\"edits\":[{\"range\":" + RANGE + ",\"newText\":\"x\"}]}";

    @Test
    void what_typescript_hides_in_a_command_is_an_edit() {
        var action = ActionShapes.action(Either.forLeft(hiding("{\"documentChanges\":[" + CHANGED + "]}")));

        assertThat(newTexts(action)).containsExactly("x");
        assertThat(action.command()).isNull();
        assertThat(action.title()).isEqualTo("mend");
    }

    @Test
    void a_command_that_does_more_than_the_API_has_words_for_stays_a_command() {
        var action = ActionShapes.action(Either.forLeft(
                hiding("{\"documentChanges\":[" + CHANGED + ",{\"kind\":\"delete\",\"uri\":\"file:///b.ts\"}]}")));

        assertThat(action.edit()).isNull();
        assertThat(action.command()).isNotNull();
    }

    @Test
    void any_other_command_and_one_without_an_edit_stay_commands() {
        for (var command : List.of(
                new Command("mend", "other", List.of(JsonParser.parseString("{\"documentChanges\":[]}"))),
                new Command("mend", "_typescript.applyWorkspaceEdit"),
                hiding("null"),
                hiding("{}"),
                hiding("\"words\""))) {
            var action = ActionShapes.action(Either.forLeft(command));

            assertThat(action.edit()).isNull();
            assertThat(action.command()).isNotNull();
        }
    }

    @Test
    void an_edit_that_is_told_is_not_taken_from_the_command() {
        var told = new CodeAction("mend");
        told.setEdit(new org.eclipse.lsp4j.WorkspaceEdit(Map.of(
                FILE,
                List.of(new org.eclipse.lsp4j.TextEdit(new Range(new Position(0, 0), new Position(0, 0)), "told")))));
        told.setCommand(hiding("{\"documentChanges\":[" + CHANGED + "]}"));

        var action = ActionShapes.action(Either.forRight(told));

        assertThat(newTexts(action)).containsExactly("told");
        assertThat(action.command()).isNotNull();
    }

    private static Command hiding(String edit) {
        return new Command("mend", "_typescript.applyWorkspaceEdit", List.of(JsonParser.parseString(edit)));
    }

    private static List<String> newTexts(dev.elevo.contract.lsp.CodeAction action) {
        return Objects.requireNonNull(
                        Objects.requireNonNull(action.edit()).changes().get(FILE))
                .stream()
                .map(TextEdit::newText)
                .toList();
    }
}
