package dev.elevo.contract.lsp;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Null where no function is called. */
@Serdeable
public record SignatureAnswer(
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable SignatureHelp signatureHelp) {}
