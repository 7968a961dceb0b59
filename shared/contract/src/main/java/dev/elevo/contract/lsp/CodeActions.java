package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What a server proposes. */
@Serdeable
public record CodeActions(List<CodeAction> actions) {}
