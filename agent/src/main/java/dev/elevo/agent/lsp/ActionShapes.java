package dev.elevo.agent.lsp;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
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
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** Edits and actions, as the API shows them. */
final class ActionShapes {
    private static final Gson PLAIN = new GsonBuilder()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    private static final Gson PROTOCOL = new MessageJsonHandler(Map.of()).getGson();

    /** So typescript-language-server calls an edit that it wants applied: nobody else can run that command. */
    private static final String APPLY_EDIT = "_typescript.applyWorkspaceEdit";

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
        return action(found.isRight() ? found.getRight() : bare(found.getLeft()));
    }

    private static org.eclipse.lsp4j.CodeAction bare(Command command) {
        var action = new org.eclipse.lsp4j.CodeAction(command.getTitle());
        action.setCommand(command);
        return action;
    }

    private static CodeAction action(org.eclipse.lsp4j.CodeAction action) {
        var mended = action.getDiagnostics();
        var command = action.getCommand();
        var edit = Optional.ofNullable(action.getEdit()).flatMap(ActionShapes::edit);
        var hidden = action.getEdit() == null ? hidden(command) : Optional.<WorkspaceEdit>empty();
        return new CodeAction(
                action.getTitle(),
                action.getKind(),
                mended == null || mended.isEmpty() ? null : DiagnosticShapes.of(mended),
                action.getIsPreferred(),
                edit.or(() -> hidden).orElse(null),
                command == null || hidden.isPresent() ? null : command(command));
    }

    /** What is no edit that can be told stays a command. */
    private static Optional<WorkspaceEdit> hidden(@Nullable Command command) {
        return command != null
                        && APPLY_EDIT.equals(command.getCommand())
                        && command.getArguments() != null
                        && command.getArguments().size() == 1
                        && command.getArguments().getFirst() instanceof JsonObject edit
                ? edit(PROTOCOL.fromJson(edit, org.eclipse.lsp4j.WorkspaceEdit.class))
                        .filter(found -> !found.changes().isEmpty())
                : Optional.empty();
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
