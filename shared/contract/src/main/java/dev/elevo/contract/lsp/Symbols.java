package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What has a name, as a tree or in a row. */
@Serdeable
public record Symbols(List<Symbol> symbols) {}
