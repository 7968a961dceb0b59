package dev.elevo.platform.lambda;

import java.util.List;

/** Is told of items that were written to the state table; in the cloud only, by the table's stream. */
public interface TableListener {
    /** Throws when not all of it could be done: the same keys come again. */
    void written(List<TableKey> keys);

    record TableKey(String partition, String sort) {}
}
