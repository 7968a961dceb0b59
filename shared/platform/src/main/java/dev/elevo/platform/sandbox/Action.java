package dev.elevo.platform.sandbox;

/** What can be done to a sandbox, or happen to it (the rows of contract 3.3). */
public enum Action {
    PROVISIONED("provision"),
    PROVISIONING_FAILED("provision"),
    START("start"),
    STOP("stop"),
    /** Also called suspend. */
    PAUSE("pause"),
    RESUME("resume"),
    RESTART("restart"),
    RESTART_FAILED("restart"),
    /** Others are made with its files. */
    FORK("fork"),
    DELETE("delete"),
    FORCE_DELETE("delete"),
    /** Files, processes, code, terminals: whatever happens inside. */
    USE("use"),
    /** Its files are looked at as they are, also while it is frozen. */
    SNAPSHOT("snapshot"),
    /** Its settings and labels are changed, or it is looked at. */
    DESCRIBE("describe"),
    TIME_RUNS_OUT("expire"),
    NOBODY_USES_IT("idle"),
    DELETION_DUE("auto-delete"),
    RUNTIME_DIES("fail"),
    /** The runtime was ended from outside the control plane: by its own deadline or with its host. */
    RUNTIME_ENDS("end");

    private final String label;

    Action(String label) {
        this.label = label;
    }

    /** As clients meet it in {@code details.action}. */
    public String label() {
        return label;
    }
}
