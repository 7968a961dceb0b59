package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What could be written at a place. */
@Serdeable
public record CompletionQuery(
        @NotNull String path,
        @Nullable String serverId,
        @NotNull @Valid Position position,

        @Nullable @Pattern(regexp = "invoked|character|incomplete")
        String triggerKind,

        @Nullable @Size(min = 1, max = 1) String triggerCharacter) {}
