package dev.elevo.conformance.dsl;

import org.jspecify.annotations.Nullable;

/** The deployment says, as the contract lets it, that it has no such thing; the message is its reason. */
public final class NotOffered extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final int CODE = 9007;

    /** Where it says so; null where the suite itself knows that there is no such thing. */
    private final transient @Nullable Answer answer;

    public NotOffered(String reason) {
        super(reason);
        answer = null;
    }

    NotOffered(Answer answer) {
        super(answer.at("/error/message").asText());
        this.answer = answer;
    }

    /** Whether the endpoint is described as one that may say so; else a service that has lost all of git would pass. */
    public boolean isDescribed(Description description) {
        var said = answer;
        return said == null
                || description.operation(said.method(), said.target()).stream()
                        .anyMatch(operation -> operation.codes().contains(CODE));
    }
}
