package dev.elevo.agent.lsp;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.ToNumberPolicy;
import dev.elevo.contract.lsp.CodeAction;
import dev.elevo.contract.lsp.CodeCommand;
import dev.elevo.contract.lsp.TextEdit;
import dev.elevo.contract.lsp.WorkspaceEdit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.SnippetTextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** Edits and actions, as the API shows them. */
final class ActionShapes {
    private static final Gson PLAIN = new GsonBuilder()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    private ActionShapes() {}

    /** Empty for one that also makes, moves or removes files, which the API has no words for. */
    static Optional<WorkspaceEdit> edit(org.eclipse.lsp4j.@Nullable WorkspaceEdit edit) {
        var changes = new LinkedHashMap<String, List<TextEdit>>();
        if (edit == null) {
            return Optional.of(new WorkspaceEdit(changes));
        }
        if (edit.getDocumentChanges() != null) {
            for (var change : edit.getDocumentChanges()) {
                if (change.isRight()) {
                    return Optional.empty();
                }
                var file = change.getLeft();
                add(
                        changes,
                        file.getTextDocument().getUri(),
                        file.getEdits().stream().map(ActionShapes::edit).toList());
            }
        } else if (edit.getChanges() != null) {
            edit.getChanges()
                    .forEach((uri, edits) -> add(
                            changes, uri, edits.stream().map(TextShapes::edit).toList()));
        }
        return Optional.of(new WorkspaceEdit(changes));
    }

    private static TextEdit edit(Either<org.eclipse.lsp4j.TextEdit, SnippetTextEdit> edit) {
        return edit.isLeft()
                ? TextShapes.edit(edit.getLeft())
                : new TextEdit(
                        TextShapes.range(edit.getRight().getRange()),
                        edit.getRight().getSnippet().getValue());
    }

    private static void add(Map<String, List<TextEdit>> changes, String uri, List<TextEdit> edits) {
        changes.computeIfAbsent(FileUris.normal(uri), name -> new ArrayList<>()).addAll(edits);
    }

    static CodeAction action(Either<Command, org.eclipse.lsp4j.CodeAction> found) {
        if (found.isLeft()) {
            return new CodeAction(found.getLeft().getTitle(), null, null, null, null, command(found.getLeft()));
        }
        var action = found.getRight();
        var mended = action.getDiagnostics();
        return new CodeAction(
                action.getTitle(),
                action.getKind(),
                mended == null || mended.isEmpty() ? null : DiagnosticShapes.of(mended),
                action.getIsPreferred(),
                action.getEdit() == null ? null : edit(action.getEdit()).orElse(null),
                action.getCommand() == null ? null : command(action.getCommand()));
    }

    private static CodeCommand command(Command command) {
        var arguments = command.getArguments();
        return new CodeCommand(
                command.getTitle(),
                command.getCommand(),
                arguments == null
                        ? null
                        : arguments.stream().map(ActionShapes::plain).toList());
    }

    /** As maps, lists, texts and numbers. */
    private static Object plain(Object value) {
        return value instanceof JsonElement element ? PLAIN.fromJson(element, Object.class) : value;
    }
}
