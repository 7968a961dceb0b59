package dev.elevo.contract;

import java.util.List;

/**
 * The shape of the one DynamoDB table, said once for the local run, which creates it, and for the CDK application, which
 * deploys it. All key attributes are strings.
 */
public final class StateTable {
    public static final String DEFAULT_NAME = "elevo";
    public static final String PARTITION_KEY = "PK";
    public static final String SORT_KEY = "SK";

    /** Number of seconds since the epoch after which DynamoDB removes the item. */
    public static final String TTL = "ttl";

    /**
     * Local indexes of keys only: other orders of a partition, as strongly consistent as the table. They exist from the
     * table's creation or never.
     */
    public static final List<LocalIndex> LOCAL_INDEXES = List.of(
            LocalIndex.over("L1"),
            LocalIndex.over("L2"),
            LocalIndex.over("L3"),
            LocalIndex.over("L4"),
            LocalIndex.over("L5"));

    private StateTable() {}

    /** An index and the attribute it sorts by. */
    public record LocalIndex(String name, String sortKey) {
        /** DynamoDB wants three characters or more in the name of an index; DynamoDB Local does not tell. */
        static LocalIndex over(String sortKey) {
            return new LocalIndex("by" + sortKey, sortKey);
        }
    }
}
