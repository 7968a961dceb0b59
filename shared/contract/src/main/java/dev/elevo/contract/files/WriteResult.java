package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;

/** What was written. */
@Serdeable
public record WriteResult(String path, long bytesWritten, boolean created) {}
