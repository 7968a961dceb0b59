package dev.elevo.functions.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * Where the console of a sandbox is found.
 *
 * @param url with the token, which opens it once
 */
@Serdeable
record ConsoleAddress(String url, String token, Instant expiresAt) {}
