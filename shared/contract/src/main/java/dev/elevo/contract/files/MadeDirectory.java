package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A directory that is there now.
 *
 * @param created false when it was before
 */
@Serdeable
public record MadeDirectory(String path, boolean created) {}
