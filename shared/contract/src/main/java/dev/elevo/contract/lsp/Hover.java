package dev.elevo.contract.lsp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Null where nothing is known. */
@Serdeable
public record Hover(
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable HoverInfo hover) {}
