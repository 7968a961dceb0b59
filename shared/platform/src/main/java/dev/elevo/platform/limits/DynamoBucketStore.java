package dev.elevo.platform.limits;

import static dev.elevo.platform.dynamo.Attributes.number;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Buckets in the state table. An update expression has no max(), so a full bucket (its time is in the past) and a used one
 * need different writes; what was last seen tells which to try first. A refused write brings the bucket's true time
 * along, so that a loser never has to read.
 */
@Singleton
public final class DynamoBucketStore implements BucketStore {
    private static final String FULL_AT = "tat";
    private static final String WHEN_FULL = FULL_AT + " <= :now";
    private static final String WHEN_FULL_OR_NEW = "attribute_not_exists(" + FULL_AT + ") OR " + WHEN_FULL;
    private static final String WHEN_USED = FULL_AT + " > :now AND " + FULL_AT + " <= :latest";
    private static final long MICROS = 1_000_000;

    /** A bucket is full again after a minute at the most; after two nobody needs its item. */
    private static final long KEEP_SECONDS = 120;

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoBucketStore(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    @Override
    public Taken take(BucketKey key, Terms terms, int wanted, long fullAt, long now) {
        var seen = fullAt;
        // Each refused write brings a later time, or the other case; only a stream of rivals keeps this going.
        while (true) {
            var tokens = Math.min(wanted, terms.tokens(seen, now));
            if (tokens == 0) {
                return new Taken(0, seen);
            }
            try {
                return new Taken(tokens, write(key, terms, tokens, seen, now));
            } catch (ConditionalCheckFailedException e) {
                // No item: the bucket was full and its item has aged away.
                seen = e.hasItem() ? fullAt(e.item()) : 0;
            }
        }
    }

    @Override
    public long fullAt(BucketKey key) {
        return fullAt(dynamo.getItem(
                        request -> request.tableName(table).key(itemKey(key)).consistentRead(true))
                .item());
    }

    private long write(BucketKey key, Terms terms, int tokens, long seen, long now) {
        var cost = tokens * terms.interval();
        return seen <= now ? beginAnew(key, seen, now, now + cost) : add(key, now, now + terms.depth() - cost, cost);
    }

    /** What a full bucket's item was does not matter any more, so it is replaced: less work for the store than changing it. */
    private long beginAnew(BucketKey key, long seen, long now, long next) {
        var item = new HashMap<>(itemKey(key));
        item.put(FULL_AT, number(next));
        item.put(StateTable.TTL, number(ttl(now)));
        dynamo.putItem(request -> request.tableName(table)
                .item(item)
                .conditionExpression(isThere(seen, now) ? WHEN_FULL : WHEN_FULL_OR_NEW)
                .expressionAttributeValues(Map.of(":now", number(now)))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
        return next;
    }

    /** An item is kept a minute longer than its time can run ahead of the write, so a younger one cannot have aged away. */
    private static boolean isThere(long seen, long now) {
        return now - seen < KEEP_SECONDS * MICROS / 2;
    }

    private long add(BucketKey key, long now, long latest, long cost) {
        return fullAt(dynamo.updateItem(request -> request.tableName(table)
                        .key(itemKey(key))
                        .updateExpression("SET " + FULL_AT + " = " + FULL_AT + " + :cost, #ttl = :ttl")
                        .conditionExpression(WHEN_USED)
                        .expressionAttributeNames(Map.of("#ttl", StateTable.TTL))
                        .expressionAttributeValues(Map.of(
                                ":now", number(now),
                                ":latest", number(latest),
                                ":cost", number(cost),
                                ":ttl", number(ttl(now))))
                        .returnValues(ReturnValue.UPDATED_NEW)
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .attributes());
    }

    private static long ttl(long now) {
        return now / MICROS + KEEP_SECONDS;
    }

    private static long fullAt(Map<String, AttributeValue> item) {
        var value = item.get(FULL_AT);
        return value == null ? 0 : Long.parseLong(value.n());
    }

    private static Map<String, AttributeValue> itemKey(BucketKey key) {
        return Attributes.key("BUCKET#" + key.rateClass() + "#" + key.caller(), "BUCKET");
    }
}
