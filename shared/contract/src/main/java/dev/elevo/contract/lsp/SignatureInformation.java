package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way to call a function. */
@Serdeable
public record SignatureInformation(
        String label,
        @Nullable String documentation,
        @Nullable List<SignatureParameter> parameters) {}
