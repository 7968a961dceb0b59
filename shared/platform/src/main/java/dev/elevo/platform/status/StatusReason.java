package dev.elevo.platform.status;

/** Why the state of a sandbox changed, in the words of contract 4.7. */
public enum StatusReason {
    CREATED("created"),
    /** Somebody called for it. */
    API("api"),
    TIMEOUT("timeout"),
    IDLE("idle"),
    AUTO_DELETE("auto_delete"),
    /** It broke, or its host took it away: nobody asked for that. */
    CRASH("crash");

    private final String label;

    StatusReason(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
