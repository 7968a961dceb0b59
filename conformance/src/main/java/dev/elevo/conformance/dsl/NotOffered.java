package dev.elevo.conformance.dsl;

/** The deployment says, as the contract lets it, that it has no such thing; the message is its reason. */
public final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotOffered(String reason) {
        super(reason);
    }
}
