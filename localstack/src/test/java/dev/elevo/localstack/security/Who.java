package dev.elevo.localstack.security;

/** Who tries it. */
enum Who {
    /** Code in a sandbox, as its root wherever that helps. */
    INSIDE("inside"),
    /** Another organization, with a good credential of its own. */
    TENANT("tenant"),
    /** Anybody who can send bytes, without a credential or with one he made himself. */
    STRANGER("stranger");

    private final String label;

    Who(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
