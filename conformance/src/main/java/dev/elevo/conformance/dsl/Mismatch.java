package dev.elevo.conformance.dsl;

/** The deployment does not do what the contract says. */
public final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Mismatch(String message) {
        super(message);
    }
}
