package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;

/** A repository that was made, or was there. */
@Serdeable
public record MadeRepository(String path, String branch, boolean bare, boolean reinitialized) {}
