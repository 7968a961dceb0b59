package dev.elevo.functions.runs;

import java.util.List;
import java.util.Locale;

/**
 * How a thing stands in the lists of its organization.
 *
 * @param kind of which there are lists
 * @param orders by what it is sorted, in the order of the indexes
 * @param group in which it is counted; empty where its kind has none
 * @param name in which is searched
 * @param shelves it lies on, besides the one for all of its kind
 * @param bytes that count against what the organization may keep
 */
record Listing(
        String kind,
        String organizationId,
        String id,
        List<String> orders,
        String group,
        String name,
        List<Shelf> shelves,
        long bytes) {

    Listing {
        orders = List.copyOf(orders);
        shelves = List.copyOf(shelves);
        name = name.toLowerCase(Locale.ROOT);
    }
}
