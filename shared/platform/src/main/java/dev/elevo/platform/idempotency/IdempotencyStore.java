package dev.elevo.platform.idempotency;

/** Remembers attempts and their answers. */
interface IdempotencyStore {
    Attempt begin(IdempotencyKey key, String bodyHash);

    /** Keeps the answer for repeats, unless the key was freed and taken by another attempt meanwhile. */
    void finish(Attempt.First attempt, StoredAnswer answer);

    /** Frees the key: nothing happened that a repeat must not do again. */
    void abandon(Attempt.First attempt);
}
