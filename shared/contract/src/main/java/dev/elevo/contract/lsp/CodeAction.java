package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change that a server proposes. */
@Serdeable
public record CodeAction(
        String title,
        @Nullable String kind,
        @Nullable List<Diagnostic> diagnostics,
        @Nullable Boolean isPreferred,
        @Nullable WorkspaceEdit edit,
        @Nullable CodeCommand command) {}
