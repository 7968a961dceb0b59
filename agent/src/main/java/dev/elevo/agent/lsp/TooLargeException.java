package dev.elevo.agent.lsp;

/** A server has told more than there is room for. */
final class TooLargeException extends Exception {
    TooLargeException() {
        super("too large");
    }
}
