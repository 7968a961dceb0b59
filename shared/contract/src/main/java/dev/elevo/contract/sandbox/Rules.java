package dev.elevo.contract.sandbox;

/** The patterns of the contract's shared types. */
public final class Rules {
    public static final String NAME = "^[a-z0-9][a-z0-9-]*[a-z0-9]$";
    public static final String LABEL_KEY = "^[A-Za-z0-9._-]{1,63}$";
    public static final String ENV_NAME = "^[A-Za-z_][A-Za-z0-9_]*$";
    public static final String USERNAME = "^[a-z_][a-z0-9_-]*[$]?$";
    public static final String PATH = "^/[^\\x00]*$";

    private Rules() {}
}
