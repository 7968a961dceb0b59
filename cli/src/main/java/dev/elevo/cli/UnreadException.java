package dev.elevo.cli;

import java.io.IOException;
import java.io.PrintStream;

/** Whoever read our output has gone, as {@code head} does when it has its lines. Nobody is to be told of it. */
final class UnreadException extends RuntimeException {
    UnreadException() {
        super("nobody reads this any more");
    }

    static boolean isReason(IOException failure) {
        return "Broken pipe".equals(failure.getMessage());
    }

    /** For what goes on by itself: a stream that prints says nothing of its own. */
    static void check(PrintStream output) {
        if (output.checkError()) {
            throw new UnreadException();
        }
    }
}
