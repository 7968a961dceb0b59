package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server to start.
 *
 * @param settings as the server itself names them; under {@code server} another one for the language, under
 *     {@code initializationOptions} what it wants to know before anything else
 * @param autoInstall has no effect: what is installed is the operator's to say
 * @param initTimeout in milliseconds
 */
@Serdeable
public record StartServer(
        @NotNull @Size(min = 1, max = 32) String language,
        @NotNull String projectPath,
        @Nullable Map<String, Object> settings,
        @Nullable Boolean autoInstall,
        @Nullable @Min(1000) @Max(300_000) Integer initTimeout) {}
