package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** How to call the function at a place. */
@Serdeable
public record SignatureHelp(List<SignatureInformation> signatures, int activeSignature, int activeParameter) {}
