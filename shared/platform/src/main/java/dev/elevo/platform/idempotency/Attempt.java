package dev.elevo.platform.idempotency;

/** What came of saying "I am the first": one of these, decided by the table. */
sealed interface Attempt {
    /** It is; the token proves that a later write is still this attempt's. */
    record First(IdempotencyKey key, String token) implements Attempt {}

    record Running() implements Attempt {}

    record OtherBody() implements Attempt {}

    record Done(StoredAnswer answer) implements Attempt {}
}
