package dev.elevo.bench;

/** A reply that is not what it must be: the contest has failed, whatever its times were. */
final class WrongReply extends RuntimeException {
    WrongReply(String message) {
        super(message);
    }
}
