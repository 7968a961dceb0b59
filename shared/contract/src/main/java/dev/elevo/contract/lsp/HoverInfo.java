package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What is known about a place, in Markdown. */
@Serdeable
public record HoverInfo(String contents, @Nullable Range range) {}
