package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A figure that a program drew.
 *
 * @param type {@code image}, {@code html} or {@code json}
 * @param data base64 of an image, text otherwise
 */
@Serdeable
public record Chart(String type, String data, String mimeType) {}
