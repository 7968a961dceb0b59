package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What could be written at a place. */
@Serdeable
public record CompletionItem(
        String label,
        int kind,
        String kindName,
        @Nullable String detail,
        @Nullable String documentation,
        @Nullable String sortText,
        @Nullable String filterText,
        String insertText,
        @Nullable String insertTextFormat,
        @Nullable TextEdit textEdit,
        @Nullable List<TextEdit> additionalTextEdits,
        @Nullable Boolean deprecated,
        @Nullable Boolean preselect) {}
