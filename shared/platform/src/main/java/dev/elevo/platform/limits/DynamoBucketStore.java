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
 * need different expressions; what was last seen tells which to try first. A refused write brings the bucket's true time
 * along, so that a loser never has to read.
 */
@Singleton
public final class DynamoBucketStore implements BucketStore {
    private static final String FULL_AT = "tat";
    private static final String WHEN_FULL = "attribute_not_exists(" + FULL_AT + ") OR " + FULL_AT + " <= :now";
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
        var isFull = seen <= now;
        var cost = tokens * terms.interval();
        var values = new HashMap<String, AttributeValue>();
        values.put(":now", number(now));
        values.put(":ttl", number(now / MICROS + KEEP_SECONDS));
        values.put(isFull ? ":next" : ":cost", number(isFull ? now + cost : cost));
        if (!isFull) {
            values.put(":latest", number(now + terms.depth() - cost));
        }
        var change = isFull ? FULL_AT + " = :next" : FULL_AT + " = " + FULL_AT + " + :cost";
        return fullAt(dynamo.updateItem(request -> request.tableName(table)
                        .key(itemKey(key))
                        .updateExpression("SET " + change + ", #ttl = :ttl")
                        .conditionExpression(isFull ? WHEN_FULL : WHEN_USED)
                        .expressionAttributeNames(Map.of("#ttl", StateTable.TTL))
                        .expressionAttributeValues(values)
                        .returnValues(ReturnValue.UPDATED_NEW)
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .attributes());
    }

    private static long fullAt(Map<String, AttributeValue> item) {
        var value = item.get(FULL_AT);
        return value == null ? 0 : Long.parseLong(value.n());
    }

    private static Map<String, AttributeValue> itemKey(BucketKey key) {
        return Attributes.key("BUCKET#" + key.rateClass() + "#" + key.caller(), "BUCKET");
    }
}
