package dev.elevo.localstack.runtime;

/** An invocation without an answer: the function reported an error, was too slow, or died. */
public final class FunctionFailedException extends Exception {
    FunctionFailedException(String message) {
        super(message);
    }
}
