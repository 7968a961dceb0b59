package dev.elevo.platform.status;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Where a change of a sandbox is left, in the same transaction as the change, until it gets its place in the {@link StatusLog}.
 * So there is no change without its event, and no event of a change that was never made.
 */
@Singleton
public final class StatusOutbox {
    private static final String PARTITION = "OUTBOX#";
    private static final Comparator<Waiting> OLDER_FIRST =
            Comparator.comparingLong(waiting -> waiting.change().version());

    private final DynamoDbClient dynamo;
    private final String table;
    private final List<OutboxListener> listeners;

    public StatusOutbox(DynamoDbClient dynamo, DynamoConfiguration configuration, List<OutboxListener> listeners) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.listeners = List.copyOf(listeners);
    }

    /** A change and the key under which it waits. */
    record Waiting(String sort, StatusChange change) {}

    /** Part of the transaction that makes the change. */
    public TransactWriteItem announce(StatusChange change) {
        var item = StatusItem.write(change, partition(change.organizationId()), sort(change));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    /** The transaction is done; who is in this JVM need not be told by the table. */
    public void announced(String organizationId) {
        listeners.forEach(listener -> listener.changed(organizationId));
    }

    /** Empty when the partition is none of an outbox. */
    public static Optional<String> organizationOf(String partition) {
        return partition.startsWith(PARTITION)
                ? Optional.of(partition.substring(PARTITION.length()))
                : Optional.empty();
    }

    static String partition(String organizationId) {
        return PARTITION + organizationId;
    }

    /**
     * What waits, in the order it happened.
     *
     * @param since what is older does not matter to anybody
     */
    List<Waiting> waiting(String organizationId, Instant since) {
        var found = new ArrayList<Waiting>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        // Backwards: a query is no snapshot, and whoever sees a change must see those before it, too.
                        .scanIndexForward(false)
                        .keyConditionExpression("PK = :pk AND SK > :since")
                        .expressionAttributeValues(Map.of(
                                ":pk", string(partition(organizationId)),
                                ":since", string(InstantSerde.format(since)))))
                .items()
                .forEach(item -> found.add(new Waiting(required(item, "SK").s(), StatusItem.read(item))));
        Collections.reverse(found);
        return inOrder(found);
    }

    /** The clocks of two writers may disagree, the versions of one sandbox do not. */
    static List<Waiting> inOrder(List<Waiting> byTime) {
        var bySandbox = new HashMap<String, List<Waiting>>();
        byTime.forEach(waiting -> bySandbox
                .computeIfAbsent(waiting.change().sandboxId(), id -> new ArrayList<>())
                .add(waiting));
        bySandbox.values().forEach(changes -> changes.sort(OLDER_FIRST));
        return byTime.stream()
                .map(waiting -> Objects.requireNonNull(
                                bySandbox.get(waiting.change().sandboxId()))
                        .removeFirst())
                .toList();
    }

    private static String sort(StatusChange change) {
        return InstantSerde.format(change.at()) + "#" + change.sandboxId() + "#"
                + String.format(Locale.ROOT, "%010d", change.version());
    }
}
