package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that has a name in a program.
 *
 * @param children what is inside of it, in the symbols of a document
 */
@Serdeable
public record Symbol(
        String name,
        int kind,
        String kindName,
        @Nullable String detail,
        Location location,
        @Nullable String containerName,
        @Nullable List<Symbol> children,
        @Nullable Boolean deprecated,
        @Nullable List<String> tags) {}
