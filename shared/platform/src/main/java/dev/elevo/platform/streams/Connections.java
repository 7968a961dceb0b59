package dev.elevo.platform.streams;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The open connections, by their topic; and a register of them by id, since a message names nothing else. */
@Singleton
public final class Connections {
    /** As long as API Gateway keeps one open. */
    static final Duration LIFE = Duration.ofHours(2);

    private static final Duration FORGOTTEN_AFTER = LIFE.plusMinutes(15);

    /** Longer than any delivery takes that still lives. */
    private static final Duration CLAIM = Duration.ofSeconds(35);

    private static final int REGISTER_SHARDS = 4;
    private static final String TOPIC = "STREAM#";
    private static final String REGISTER = "SOCKETS#";

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    Connections(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    /** The topic whose connections lie in the partition. */
    public static Optional<String> topicOf(String partition) {
        return partition.startsWith(TOPIC) ? Optional.of(partition.substring(TOPIC.length())) : Optional.empty();
    }

    public void add(Connection connection) {
        var end = number(connection.connectedAt().plus(FORGOTTEN_AFTER).getEpochSecond());
        var item = new HashMap<>(mainKey(connection));
        item.put("org", string(connection.organizationId()));
        item.put("filter", string(connection.filter()));
        var greeting = connection.greeting();
        if (greeting != null) {
            item.put("greeting", string(greeting));
        }
        item.put("position", number(connection.position()));
        item.put("reached", AttributeValue.fromBool(connection.reached()));
        item.put("subscriptions", AttributeValue.fromM(Map.of()));
        item.put("connectedAt", number(connection.connectedAt().toEpochMilli()));
        item.put("heardAt", number(connection.heardAt().toEpochMilli()));
        item.put(StateTable.TTL, end);
        var entry = new HashMap<>(registerKey(connection.id()));
        entry.put("topic", string(connection.topic()));
        entry.put(StateTable.TTL, end);
        dynamo.transactWriteItems(request -> request.transactItems(put(item), put(entry)));
    }

    public void remove(Connection connection) {
        dynamo.transactWriteItems(
                request -> request.transactItems(delete(mainKey(connection)), delete(registerKey(connection.id()))));
    }

    public Optional<Connection> find(String id) {
        return item(registerKey(id))
                .flatMap(entry -> item(key(TOPIC + required(entry, "topic").s(), id)))
                .map(Connections::read);
    }

    public boolean has(Connection connection) {
        return item(mainKey(connection)).isPresent();
    }

    public List<Connection> of(String topic) {
        return items(TOPIC + topic).stream().map(Connections::read).toList();
    }

    public int count(String topic) {
        return dynamo
                .queryPaginator(request -> request.tableName(table)
                        .select(Select.COUNT)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", string(TOPIC + topic))))
                .stream()
                .mapToInt(QueryResponse::count)
                .sum();
    }

    /** All there are, of every topic. */
    List<Connection> all() {
        return IntStream.range(0, REGISTER_SHARDS)
                .mapToObj(shard -> items(REGISTER + shard))
                .flatMap(List::stream)
                .map(entry -> item(key(
                        TOPIC + required(entry, "topic").s(),
                        required(entry, "SK").s())))
                .flatMap(Optional::stream)
                .map(Connections::read)
                .toList();
    }

    void heard(Connection connection, Instant at) {
        update(connection, "SET heardAt = :at", Map.of(":at", number(at.toEpochMilli())), Map.of());
    }

    /** How many bad messages it has sent with this one. */
    int countBad(Connection connection) {
        return update(connection, "ADD bad :one", Map.of(":one", number(1)), Map.of())
                .map(item -> Integer.parseInt(required(item, "bad").n()))
                .orElse(0);
    }

    public void subscribe(Connection connection, String name, String filter) {
        update(
                connection,
                "SET subscriptions.#name = :filter",
                Map.of(":filter", string(filter)),
                Map.of("#name", name));
    }

    public void unsubscribe(Connection connection, String name) {
        update(connection, "REMOVE subscriptions.#name", Map.of(), Map.of("#name", name));
    }

    public Claim claim(Connection connection) {
        var now = clock.instant();
        var token = UUID.randomUUID().toString();
        try {
            var held = dynamo.updateItem(request -> request.tableName(table)
                    .key(mainKey(connection))
                    .updateExpression("SET claim = :token, claimEnds = :end")
                    .conditionExpression("attribute_exists(PK) AND attribute_not_exists(claim)")
                    .expressionAttributeValues(Map.of(
                            ":token", string(token),
                            ":end", number(now.plus(CLAIM).toEpochMilli())))
                    .returnValues(ReturnValue.ALL_NEW)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return new Claim.Held(read(held.attributes()), token);
        } catch (ConditionalCheckFailedException e) {
            if (!e.hasItem()) {
                return new Claim.Gone();
            }
            return now.toEpochMilli()
                            < Long.parseLong(required(e.item(), "claimEnds").n())
                    ? new Claim.Busy()
                    : new Claim.InDoubt(read(e.item()));
        }
    }

    /** Says how far the connection has been told; its greeting counts as told. */
    public void release(Claim.Held claim, long position, boolean reached) {
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(mainKey(claim.connection()))
                    .updateExpression("SET #position = :position, reached = :reached REMOVE claim, claimEnds, greeting")
                    .conditionExpression("claim = :token")
                    .expressionAttributeNames(Map.of("#position", "position"))
                    .expressionAttributeValues(Map.of(
                            ":position", number(position),
                            ":reached", AttributeValue.fromBool(reached),
                            ":token", string(claim.token()))));
        } catch (ConditionalCheckFailedException closedMeanwhile) {
            // Nobody is there any more to whom it would matter.
            return;
        }
    }

    /** Of a connection that is gone nothing is written: an update would make half of one. */
    private Optional<Map<String, AttributeValue>> update(
            Connection connection, String expression, Map<String, AttributeValue> values, Map<String, String> names) {
        try {
            return Optional.of(dynamo.updateItem(request -> request.tableName(table)
                            .key(mainKey(connection))
                            .updateExpression(expression)
                            .conditionExpression("attribute_exists(PK)")
                            .expressionAttributeValues(values.isEmpty() ? null : values)
                            .expressionAttributeNames(names.isEmpty() ? null : names)
                            .returnValues(ReturnValue.ALL_NEW))
                    .attributes());
        } catch (ConditionalCheckFailedException gone) {
            return Optional.empty();
        }
    }

    private Optional<Map<String, AttributeValue>> item(Map<String, AttributeValue> key) {
        var found = dynamo.getItem(request -> request.tableName(table).key(key).consistentRead(true));
        return found.hasItem() ? Optional.of(found.item()) : Optional.empty();
    }

    private List<Map<String, AttributeValue>> items(String partition) {
        var found = new ArrayList<Map<String, AttributeValue>>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", string(partition))))
                .items()
                .forEach(found::add);
        return found;
    }

    private TransactWriteItem put(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    private TransactWriteItem delete(Map<String, AttributeValue> key) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table).key(key))
                .build();
    }

    private static Connection read(Map<String, AttributeValue> item) {
        var greeting = item.get("greeting");
        return new Connection(
                required(item, "SK").s(),
                required(item, "PK").s().substring(TOPIC.length()),
                required(item, "org").s(),
                required(item, "filter").s(),
                greeting == null ? null : greeting.s(),
                Long.parseLong(required(item, "position").n()),
                required(item, "reached").bool(),
                required(item, "subscriptions").m().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, filter -> filter.getValue().s())),
                instant(item, "connectedAt"),
                instant(item, "heardAt"));
    }

    private static Instant instant(Map<String, AttributeValue> item, String name) {
        return Instant.ofEpochMilli(Long.parseLong(required(item, name).n()));
    }

    private static Map<String, AttributeValue> mainKey(Connection connection) {
        return key(TOPIC + connection.topic(), connection.id());
    }

    private static Map<String, AttributeValue> registerKey(String id) {
        return key(REGISTER + Math.floorMod(id.hashCode(), REGISTER_SHARDS), id);
    }
}
