package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.SandboxTable.LocalIndex;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.BatchRead;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.KeyWalk;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The lists of runs and of artifacts. A thing has an entry on each of its shelves, in the table whose indexes sort them, and each
 * shelf but those of labels has a counter in the state table, and a shelf within it for each group. All of that changes in the
 * transaction that changes the thing, so a list and its total are exact; and a page reads no more than its own things, however many
 * there are.
 */
@Singleton
final class Catalogue {
    private static final String TOTAL = "total";
    private static final String BYTES = "bytes";

    private final DynamoDbClient dynamo;
    private final KeyWalk walk;
    private final BatchRead batch;
    private final String table;
    private final String state;

    Catalogue(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.sandboxTable();
        this.state = configuration.table();
        this.walk = new KeyWalk(dynamo, table);
        this.batch = new BatchRead(dynamo, table);
    }

    /** What an organization may have of a kind. */
    record Quota(long most, long mostBytes) {}

    /** Parts of the transaction that makes it; of them the first is refused where the quota is used up. */
    List<TransactWriteItem> added(Listing listing, Quota quota) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(countedIn(listing, quota));
        entries(listing).forEach(entry -> parts.add(put(entry)));
        counters(listing).forEach(shelf -> parts.add(counted(listing, shelf, Map.of(listing.group(), 1L), 1)));
        return parts;
    }

    /** Parts of the transaction that moves it to another group; what else it lies on never changes. */
    List<TransactWriteItem> changed(Listing seen, Listing next) {
        var parts = new ArrayList<TransactWriteItem>();
        entries(next).forEach(entry -> parts.add(put(entry)));
        var left = partitions(seen);
        left.removeAll(partitions(next));
        left.forEach(partition -> parts.add(deleted(partition, seen.id())));
        var moves = Map.of(seen.group(), -1L, next.group(), 1L);
        parts.add(counted(seen, null, moves, 0));
        counters(seen).forEach(shelf -> parts.add(counted(seen, shelf, moves, 0)));
        return parts;
    }

    /** Parts of the transaction that ends it. */
    List<TransactWriteItem> removed(Listing listing) {
        var parts = new ArrayList<TransactWriteItem>();
        partitions(listing).forEach(partition -> parts.add(deleted(partition, listing.id())));
        parts.add(counted(listing, null, Map.of(listing.group(), -1L), -1));
        counters(listing).forEach(shelf -> parts.add(counted(listing, shelf, Map.of(listing.group(), -1L), -1)));
        return parts;
    }

    /**
     * The stretch that is wanted.
     *
     * @param orders the properties of the kind, in the order of the indexes
     * @param reader reads the things of these ids, in their order, without those that are gone
     */
    <T> Slice<T> list(
            String kind,
            String organizationId,
            Selection selection,
            PageQuery page,
            List<String> orders,
            Function<List<String>, List<T>> reader) {
        var shelves = selection.shelves();
        var first = shelves.isEmpty() ? null : shelves.getFirst();
        var others = shelves.stream()
                .skip(1)
                .map(shelf -> partition(kind, organizationId, shelf))
                .toList();
        var group = selection.groups().size() == 1 && (first == null || first.counted())
                ? selection.groups().iterator().next()
                : "";
        var partition = partition(within(kind, group), organizationId, first);
        var index = index(orders.indexOf(page.sort().by()));
        var list = new KeyList(
                (descending, bound) -> onAll(walk.walk(partition, index, descending, bound), selection, others),
                selection::takes,
                page);
        return list.read(
                () -> selection.isCounted() ? count(kind, organizationId, first, selection.groups()) : -1, reader);
    }

    private static LocalIndex index(int order) {
        return SandboxTable.LOCAL_INDEXES.get(order);
    }

    private Iterator<KeyWalk.Step> onAll(Iterator<KeyWalk.Step> first, Selection selection, List<String> partitions) {
        return partitions.isEmpty() ? first : new OnAll(first, selection, partitions);
    }

    /** What lies on the first shelf and on the others too: some of it at a time is looked up there, as far as somebody asks. */
    private final class OnAll implements Iterator<KeyWalk.Step> {
        private final Iterator<KeyWalk.Step> first;
        private final Selection selection;
        private final List<String> others;
        private Iterator<KeyWalk.Step> found = Collections.emptyIterator();

        OnAll(Iterator<KeyWalk.Step> first, Selection selection, List<String> others) {
            this.first = first;
            this.selection = selection;
            this.others = others;
        }

        @Override
        public boolean hasNext() {
            while (!found.hasNext() && first.hasNext()) {
                found = lookUp().iterator();
            }
            return found.hasNext();
        }

        @Override
        public KeyWalk.Step next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return found.next();
        }

        private List<KeyWalk.Step> lookUp() {
            var steps = new ArrayList<KeyWalk.Step>();
            while (steps.size() < BatchRead.MOST && first.hasNext()) {
                var step = first.next();
                if (selection.takes(ListKey.parse(step.indexKey()))) {
                    steps.add(step);
                }
            }
            for (var other : others) {
                var there = batch.read(steps.stream()
                        .map(step -> Attributes.key(other, step.id()))
                        .toList());
                steps.removeIf(step -> !there.containsKey(Attributes.key(other, step.id())));
            }
            return steps;
        }
    }

    private long count(String kind, String organizationId, @Nullable Shelf shelf, Set<String> groups) {
        var counter = dynamo.getItem(request -> request.tableName(state)
                        .key(counterKey(kind, organizationId, shelf))
                        .consistentRead(true))
                .item();
        var names = groups.isEmpty()
                ? List.of(TOTAL)
                : groups.stream().map(Catalogue::groupCounter).toList();
        return names.stream()
                .map(counter::get)
                .mapToLong(count -> count == null ? 0 : Long.parseLong(count.n()))
                .sum();
    }

    private TransactWriteItem countedIn(Listing listing, Quota quota) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(state)
                        .key(counterKey(listing.kind(), listing.organizationId(), null))
                        .updateExpression("ADD #total :one, #group :one, #bytes :bytes")
                        .conditionExpression("(attribute_not_exists(#total) OR #total < :most)"
                                + " AND (attribute_not_exists(#bytes) OR #bytes <= :room)")
                        .expressionAttributeNames(
                                Map.of("#total", TOTAL, "#bytes", BYTES, "#group", groupCounter(listing.group())))
                        .expressionAttributeValues(Map.of(
                                ":one", number(1),
                                ":bytes", number(listing.bytes()),
                                ":most", number(quota.most()),
                                ":room", number(quota.mostBytes() - listing.bytes())))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    /** Whether it is their number that has reached the quota, and not their bytes. */
    static boolean isFull(Map<String, AttributeValue> counter, Quota quota) {
        return Long.parseLong(required(counter, TOTAL).n()) >= quota.most();
    }

    private TransactWriteItem counted(Listing listing, @Nullable Shelf shelf, Map<String, Long> groups, long total) {
        var names = new HashMap<>(Map.of("#total", TOTAL, "#bytes", BYTES));
        var values = new HashMap<>(Map.of(
                ":total", number(total),
                ":bytes", number(total * listing.bytes())));
        var sums = new StringBuilder("ADD #total :total, #bytes :bytes");
        for (var group : groups.entrySet()) {
            var place = names.size();
            names.put("#g" + place, groupCounter(group.getKey()));
            values.put(":g" + place, number(group.getValue()));
            sums.append(", #g").append(place).append(" :g").append(place);
        }
        return TransactWriteItem.builder()
                .update(update -> update.tableName(state)
                        .key(counterKey(listing.kind(), listing.organizationId(), shelf))
                        .updateExpression(sums.toString())
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values))
                .build();
    }

    private static List<Shelf> counters(Listing listing) {
        return listing.shelves().stream().filter(Shelf::counted).toList();
    }

    private TransactWriteItem put(Map<String, AttributeValue> entry) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(entry))
                .build();
    }

    private TransactWriteItem deleted(String partition, String id) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table).key(Attributes.key(partition, id)))
                .build();
    }

    private static List<Map<String, AttributeValue>> entries(Listing listing) {
        return partitions(listing).stream()
                .map(partition -> {
                    var entry = Attributes.key(partition, listing.id());
                    for (int i = 0; i < listing.orders().size(); i++) {
                        var key = new ListKey(listing.orders().get(i), listing.id(), listing.group(), listing.name());
                        entry.put(index(i).sortKey(), string(key.spell()));
                    }
                    return entry;
                })
                .toList();
    }

    /** The list of its kind and its shelves; and what is counted by groups once more for its group, of which there may be few. */
    private static List<String> partitions(Listing listing) {
        var partitions = partitions(listing, listing.kind(), listing.shelves());
        if (!listing.group().isEmpty()) {
            partitions.addAll(partitions(listing, within(listing.kind(), listing.group()), counters(listing)));
        }
        return partitions;
    }

    private static List<String> partitions(Listing listing, String kind, List<Shelf> shelves) {
        var partitions = new ArrayList<String>();
        partitions.add(partition(kind, listing.organizationId(), null));
        shelves.forEach(shelf -> partitions.add(partition(kind, listing.organizationId(), shelf)));
        return partitions;
    }

    private static String within(String kind, String group) {
        return group.isEmpty() ? kind : kind + "/" + group;
    }

    /** With the length of the organization's name, so that no two have one partition whatever they are called. */
    static String partition(String kind, String organizationId, @Nullable Shelf shelf) {
        var owner = organizationId.length() + "#" + organizationId;
        return shelf == null
                ? "LIST#" + kind + "#" + owner
                : "LIST#" + kind + "#" + shelf.name() + "#" + owner + "#" + shelf.value();
    }

    private static Map<String, AttributeValue> counterKey(String kind, String organizationId, @Nullable Shelf shelf) {
        return Attributes.key(partition(kind, organizationId, shelf), "COUNT");
    }

    private static String groupCounter(String group) {
        return "of#" + group;
    }
}
