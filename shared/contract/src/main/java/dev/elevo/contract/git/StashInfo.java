package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/** Changes laid aside. */
@Serdeable
public record StashInfo(int index, String message, String branch, String commit, Instant createdAt) {}
