package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** All that could be, or, while more is typed, the first of it. */
@Serdeable
public record CompletionList(boolean isIncomplete, List<CompletionItem> items) {}
