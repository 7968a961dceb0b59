package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server finds wrong, or worth a remark.
 *
 * @param severity 1 error, 2 warning, 3 information, 4 hint; always there in an answer
 * @param code a text or a number
 */
@Serdeable
public record Diagnostic(
        @NotNull @Valid Range range,
        @Nullable @Min(1) @Max(4) Integer severity,
        @Nullable String severityName,
        @NotNull String message,
        @Nullable String source,
        @Nullable Object code,
        @Nullable CodeDescription codeDescription,
        @Nullable List<RelatedInformation> relatedInformation,
        @Nullable List<String> tags) {}
