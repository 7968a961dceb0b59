package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;

/**
 * Content as text.
 *
 * @param size of the whole file in bytes
 * @param encoding the charset, or {@code base64}
 */
@Serdeable
public record ReadResult(String content, String path, long size, String encoding) {}
