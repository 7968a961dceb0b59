package dev.elevo.platform.microvm;

import java.time.Instant;

/** One MicroVM in a list: the service tells less there. */
public record ListedMicrovm(String id, MicrovmState state, Instant startedAt) {}
