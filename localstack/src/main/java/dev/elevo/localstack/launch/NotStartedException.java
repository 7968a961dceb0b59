package dev.elevo.localstack.launch;

/** There is no run, for a reason whoever started it can mend: the message is all he needs. */
public class NotStartedException extends RuntimeException {
    NotStartedException(String message) {
        super(message);
    }
}
