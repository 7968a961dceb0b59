package dev.elevo.cli;

/** What we are asked cannot be done, and why, for people. */
final class CliException extends RuntimeException {
    CliException(String message) {
        super(message);
    }
}
