package dev.elevo.contract.preview;

import io.micronaut.serde.annotation.Serdeable;

/**
 * An address to be opened in a browser.
 *
 * @param url of a private preview it carries a ticket of its own, good for this port and for an hour
 */
@Serdeable
public record PreviewUrl(String url, String host, int port) {}
