package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * Calls that came to a host with no capability for what they wanted, those that were alike together.
 *
 * @param id of this host, for ever
 * @param sandboxId as the call named it, where it is an id
 * @param operation what was wanted
 * @param code of the error they were answered with
 */
@Serdeable
public record RefusedCalls(
        String id, String sandboxId, String operation, int code, Instant first, Instant last, long count) {}
