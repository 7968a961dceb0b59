package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Which file to look at; a link itself, or what it leads to. */
@Serdeable
public record StatFile(
        String path, boolean followSymlinks, @Nullable String user) {}
