package dev.elevo.platform.idempotency;

import org.jspecify.annotations.Nullable;

/** An answer as it left, without what belongs to one request only. */
@SuppressWarnings("ArrayRecordComponent") // carried from the wire to the table and back, never compared
record StoredAnswer(
        int status, @Nullable String contentType, @Nullable String location, byte[] body) {}
