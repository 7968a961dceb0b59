package dev.elevo.agent.files;

import java.io.IOException;

/** The search inside is well and says no. */
final class SearchRefusal extends IOException {
    private static final long serialVersionUID = 1;

    /** What the refusal is about; the order is that of {@code enum search_whose}. */
    enum Whose {
        PATH,
        PATTERN,
        INCLUDE,
        EXCLUDE
    }

    private final Whose whose;
    private final int number;

    SearchRefusal(Whose whose, int number) {
        super(whose + ", number " + number);
        this.whose = whose;
        this.number = number;
    }

    Whose whose() {
        return whose;
    }

    /** The errno of the path, the engine's reason against a pattern, or which of several it is. */
    int number() {
        return number;
    }
}
