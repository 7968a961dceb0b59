package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a function.
 *
 * @param label its text, or where it stands in the label of the signature: two numbers
 */
@Serdeable
public record SignatureParameter(Object label, @Nullable String documentation) {}
