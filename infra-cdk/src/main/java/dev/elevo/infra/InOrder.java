package dev.elevo.infra;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Java's small maps have another order in every JVM, and the CDK writes them as they come: no two templates would be alike. */
final class InOrder {
    private InOrder() {}

    static <T> SortedMap<String, T> of(Map<String, T> entries) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }
}
