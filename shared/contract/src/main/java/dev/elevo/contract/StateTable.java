package dev.elevo.contract;

/**
 * The shape of the DynamoDB table of all state that is found by its key, said once for the local run, which creates it, and for
 * the CDK application, which deploys it. All key attributes are strings, here and in the {@link SandboxTable}.
 */
public final class StateTable {
    public static final String DEFAULT_NAME = "elevo";
    public static final String PARTITION_KEY = "PK";
    public static final String SORT_KEY = "SK";

    /** Number of seconds since the epoch after which DynamoDB removes the item. */
    public static final String TTL = "ttl";

    private StateTable() {}
}
