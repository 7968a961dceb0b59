package dev.elevo.agent.lsp;

import dev.elevo.contract.lsp.CompletionItem;
import dev.elevo.contract.lsp.CompletionList;
import dev.elevo.contract.lsp.TextEdit;
import java.util.List;
import org.eclipse.lsp4j.CompletionItemTag;
import org.eclipse.lsp4j.InsertReplaceEdit;
import org.eclipse.lsp4j.InsertTextFormat;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.jspecify.annotations.Nullable;

/** What could be written, as the API shows it. */
final class CompletionShapes {
    private static final int MOST_ITEMS = 1000;

    private CompletionShapes() {}

    static CompletionList of(
            @Nullable Either<List<org.eclipse.lsp4j.CompletionItem>, org.eclipse.lsp4j.CompletionList> answer) {
        if (answer == null) {
            return new CompletionList(false, List.of());
        }
        var items = answer.isLeft() ? answer.getLeft() : answer.getRight().getItems();
        var isIncomplete = answer.isRight() && answer.getRight().isIncomplete();
        return new CompletionList(
                isIncomplete || items.size() > MOST_ITEMS,
                items.stream().limit(MOST_ITEMS).map(CompletionShapes::item).toList());
    }

    private static CompletionItem item(org.eclipse.lsp4j.CompletionItem item) {
        var kind = item.getKind() == null ? Kinds.TEXT : item.getKind().getValue();
        var edit = edit(item.getTextEdit());
        var more = item.getAdditionalTextEdits();
        return new CompletionItem(
                item.getLabel(),
                kind,
                Kinds.completion(kind),
                item.getDetail(),
                TextShapes.documentation(item.getDocumentation()),
                item.getSortText(),
                item.getFilterText(),
                insertText(item, edit),
                format(item.getInsertTextFormat()),
                edit,
                more == null || more.isEmpty()
                        ? null
                        : more.stream().map(TextShapes::edit).toList(),
                isDeprecated(item) ? true : null,
                item.getPreselect());
    }

    private static String insertText(org.eclipse.lsp4j.CompletionItem item, @Nullable TextEdit edit) {
        if (item.getInsertText() != null) {
            return item.getInsertText();
        }
        return edit == null ? item.getLabel() : edit.newText();
    }

    private static @Nullable TextEdit edit(@Nullable Either<org.eclipse.lsp4j.TextEdit, InsertReplaceEdit> edit) {
        if (edit == null) {
            return null;
        }
        return edit.isLeft()
                ? TextShapes.edit(edit.getLeft())
                : new TextEdit(
                        TextShapes.range(edit.getRight().getReplace()),
                        edit.getRight().getNewText());
    }

    private static @Nullable String format(@Nullable InsertTextFormat format) {
        return switch (format) {
            case null -> null;
            case PlainText -> "plainText";
            case Snippet -> "snippet";
        };
    }

    @SuppressWarnings("deprecation") // older servers know no tags
    private static boolean isDeprecated(org.eclipse.lsp4j.CompletionItem item) {
        return Boolean.TRUE.equals(item.getDeprecated())
                || (item.getTags() != null && item.getTags().contains(CompletionItemTag.Deprecated));
    }
}
