package dev.elevo.contract;

import java.util.List;

/** The shape of the DynamoDB table of the sandboxes: the keys of the {@link StateTable}, and an index for every order of a list. */
public final class SandboxTable {
    private static final String SUFFIX = "-sandboxes";

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

    private SandboxTable() {}

    /** Its name where nobody generates names. */
    public static String nameBeside(String stateTable) {
        return stateTable + SUFFIX;
    }

    /** An index and the attribute it sorts by. */
    public record LocalIndex(String name, String sortKey) {
        /** DynamoDB wants three characters or more in the name of an index; DynamoDB Local does not tell. */
        static LocalIndex over(String sortKey) {
            return new LocalIndex("by" + sortKey, sortKey);
        }
    }
}
