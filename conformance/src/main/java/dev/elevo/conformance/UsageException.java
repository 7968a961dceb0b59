package dev.elevo.conformance;

/** What was asked for does not exist; the words say what does. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String words) {
        super(words);
    }
}
