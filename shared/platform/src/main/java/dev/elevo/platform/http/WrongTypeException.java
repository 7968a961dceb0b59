package dev.elevo.platform.http;

import io.micronaut.serde.exceptions.SerdeException;

/** A value is there, and is JSON of another type than its field has. */
final class WrongTypeException extends SerdeException {
    private static final long serialVersionUID = 1;

    private final String wanted;

    WrongTypeException(String wanted) {
        super("expected " + wanted);
        this.wanted = wanted;
    }

    String wanted() {
        return wanted;
    }
}
