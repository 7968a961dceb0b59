package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;

/**
 * How much of it the process took.
 *
 * @param bytesWritten less than were sent where the process does not read; the rest was not taken and may be sent again
 */
@Serdeable
public record Written(boolean success, String message, int bytesWritten) {}
