package dev.elevo.platform.idempotency;

import static dev.elevo.platform.dynamo.Attributes.bytes;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * One item per key. The first writer wins by a condition, and the loser learns of the winner from the refusal itself. An answer
 * too large for an item continues in further ones, which are written before the item that makes them valid.
 */
@Singleton
final class DynamoIdempotencyStore implements IdempotencyStore {
    /** A little under the largest item of DynamoDB, which is 400 KB. */
    private static final int PART_BYTES = 380_000;

    private static final Duration KEPT = Duration.ofHours(24);

    /** After this time an attempt that never ended is taken for dead; no request lives as long. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final String HASH = "hash";
    private static final String TOKEN = "token";
    private static final String LEASE_UNTIL = "leaseUntil";
    private static final String STATUS = "answerStatus";
    private static final String CONTENT_TYPE = "contentType";
    private static final String LOCATION = "answerLocation";
    private static final String BODY = "body";
    private static final String PARTS = "parts";

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    private final AnswerCipher cipher;

    DynamoIdempotencyStore(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            InstantSource clock,
            @Value("${elevo.cursor.secret}") String secret) {
        this.cipher = new AnswerCipher(secret);
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    @Override
    public Attempt begin(IdempotencyKey key, String bodyHash) {
        var token = UUID.randomUUID().toString();
        var now = clock.instant();
        var item = itemKey(key, "");
        item.put(HASH, string(bodyHash));
        item.put(TOKEN, string(token));
        item.put(LEASE_UNTIL, number(now.plus(LEASE).toEpochMilli()));
        item.put(StateTable.TTL, number(now.plus(KEPT).getEpochSecond()));
        try {
            // TTL removes items late, so its time is asked for here as well.
            dynamo.putItem(request -> request.tableName(table)
                    .item(item)
                    .conditionExpression("attribute_not_exists(#pk) OR #ttl <= :second"
                            + " OR (attribute_not_exists(#status) AND #lease <= :now)")
                    .expressionAttributeNames(Map.of(
                            "#pk",
                            StateTable.PARTITION_KEY,
                            "#ttl",
                            StateTable.TTL,
                            "#status",
                            STATUS,
                            "#lease",
                            LEASE_UNTIL))
                    .expressionAttributeValues(
                            Map.of(":second", number(now.getEpochSecond()), ":now", number(now.toEpochMilli())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return new Attempt.First(key, token);
        } catch (ConditionalCheckFailedException e) {
            // The connection repeats a write whose answer was lost, and then loses against itself.
            return required(e.item(), TOKEN).s().equals(token)
                    ? new Attempt.First(key, token)
                    : winner(key, bodyHash, e.item());
        }
    }

    @Override
    public void finish(Attempt.First attempt, StoredAnswer answer) {
        var packed = cipher.close(Packing.pack(answer.body()), attempt.key());
        var parts = Math.ceilDiv(packed.length, PART_BYTES);
        for (int part = 1; part < parts; part++) {
            putPart(attempt, part, slice(packed, part));
        }
        var values = new HashMap<String, AttributeValue>();
        values.put(":status", number(answer.status()));
        values.put(":body", bytes(slice(packed, 0)));
        values.put(":parts", number(parts));
        var set = new StringBuilder("SET #status = :status, #body = :body, #parts = :parts");
        var names = new HashMap<>(Map.of("#status", STATUS, "#body", BODY, "#parts", PARTS));
        if (answer.contentType() != null) {
            set.append(", #type = :type");
            names.put("#type", CONTENT_TYPE);
            values.put(":type", string(answer.contentType()));
        }
        if (answer.location() != null) {
            set.append(", #location = :location");
            names.put("#location", LOCATION);
            values.put(":location", string(answer.location()));
        }
        ifStillOurs(
                attempt,
                names,
                values,
                (condition, allNames, allValues) -> dynamo.updateItem(request -> request.tableName(table)
                        .key(itemKey(attempt.key(), ""))
                        .updateExpression(set.toString())
                        .conditionExpression(condition)
                        .expressionAttributeNames(allNames)
                        .expressionAttributeValues(allValues)));
    }

    @Override
    public void abandon(Attempt.First attempt) {
        ifStillOurs(
                attempt,
                new HashMap<>(),
                new HashMap<>(),
                (condition, names, values) -> dynamo.deleteItem(request -> request.tableName(table)
                        .key(itemKey(attempt.key(), ""))
                        .conditionExpression(condition)
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values)));
    }

    private Attempt winner(IdempotencyKey key, String bodyHash, Map<String, AttributeValue> item) {
        if (!required(item, HASH).s().equals(bodyHash)) {
            return new Attempt.OtherBody();
        }
        var status = item.get(STATUS);
        if (status == null) {
            return new Attempt.Running();
        }
        return cipher.open(body(key, item), key)
                .<Attempt>map(opened -> new Attempt.Done(new StoredAnswer(
                        Integer.parseInt(status.n()),
                        item.containsKey(CONTENT_TYPE)
                                ? required(item, CONTENT_TYPE).s()
                                : null,
                        item.containsKey(LOCATION) ? required(item, LOCATION).s() : null,
                        Packing.unpack(opened))))
                .orElseGet(Attempt.OtherBody::new);
    }

    private byte[] body(IdempotencyKey key, Map<String, AttributeValue> item) {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(required(item, BODY).b().asByteArrayUnsafe());
        var parts = Integer.parseInt(required(item, PARTS).n());
        for (int part = 1; part < parts; part++) {
            var partKey = itemKey(key, partSuffix(required(item, TOKEN).s(), part));
            var stored = dynamo.getItem(
                    request -> request.tableName(table).key(partKey).consistentRead(true));
            whole.writeBytes(required(stored.item(), BODY).b().asByteArrayUnsafe());
        }
        return whole.toByteArray();
    }

    private void putPart(Attempt.First attempt, int part, byte[] body) {
        var item = itemKey(attempt.key(), partSuffix(attempt.token(), part));
        item.put(BODY, bytes(body));
        item.put(StateTable.TTL, number(clock.instant().plus(KEPT).plus(LEASE).getEpochSecond()));
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    private interface Write {
        void run(String condition, Map<String, String> names, Map<String, AttributeValue> values);
    }

    private static void ifStillOurs(
            Attempt.First attempt, Map<String, String> names, Map<String, AttributeValue> values, Write write) {
        names.put("#token", TOKEN);
        values.put(":token", string(attempt.token()));
        try {
            write.run("#token = :token", names, values);
        } catch (ConditionalCheckFailedException e) {
            // The lease ran out and a repeat took over: its answer is the one to remember.
        }
    }

    private static byte[] slice(byte[] packed, int part) {
        return Arrays.copyOfRange(packed, part * PART_BYTES, Math.min(packed.length, (part + 1) * PART_BYTES));
    }

    private static String partSuffix(String token, int part) {
        return "#" + token + "#" + part;
    }

    /** Hashed, because a path and a key may together be longer than a sort key. */
    private static Map<String, AttributeValue> itemKey(IdempotencyKey key, String suffix) {
        return Attributes.key("IDEM#" + key.caller(), key.hash() + suffix);
    }
}
