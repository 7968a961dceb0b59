package dev.elevo.contract.lsp;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server would do on request; nothing of this API asks it to. */
@Serdeable
public record CodeCommand(
        String title, String command, @Nullable List<Object> arguments) {}
