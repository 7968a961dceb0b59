package dev.elevo.platform.push;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * What is known of devices in the state table: each user's as the database of people has them, and what became of messages to them,
 * which that database is told of when it is awake.
 */
@Singleton
public final class DynamoDevices {
    private static final Duration KEPT = Duration.ofDays(400);
    private static final String DEAD = "DEADDEVICES";
    private static final String TOLD = "TOLD";
    private static final String AT = "at";

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoDevices(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /** All that the user has, unless something newer is known there. */
    public void save(String organizationId, String userId, List<Device> devices, long version) {
        var item = key(partition(organizationId), userId);
        item.put("version", number(version));
        item.put(
                "devices",
                AttributeValue.fromL(devices.stream()
                        .map(device -> AttributeValue.fromM(Map.of(
                                "id", string(device.id()),
                                "platform", string(device.platform().label()),
                                "token", string(device.token()))))
                        .toList()));
        try {
            dynamo.putItem(request -> request.tableName(table)
                    .item(item)
                    .conditionExpression("attribute_not_exists(version) OR version <= :version")
                    .expressionAttributeValues(Map.of(":version", number(version))));
        } catch (ConditionalCheckFailedException e) {
            // Whoever wrote that knew more.
        }
    }

    public List<Device> of(String organizationId, String userId) {
        var found = dynamo.getItem(request -> request.tableName(table)
                        .key(key(partition(organizationId), userId))
                        .consistentRead(true))
                .item();
        return found.isEmpty()
                ? List.of()
                : required(found, "devices").l().stream()
                        .map(AttributeValue::m)
                        .map(device -> new Device(
                                required(device, "id").s(),
                                DevicePlatform.of(required(device, "platform").s()),
                                required(device, "token").s()))
                        .toList();
    }

    public void noteTold(String deviceId, Instant at) {
        var item = key("DEVICE#" + deviceId, TOLD);
        item.put(AT, number(at.toEpochMilli()));
        item.put(StateTable.TTL, number(at.plus(KEPT).getEpochSecond()));
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    /** Of those that were ever told anything. */
    public Map<String, Instant> lastTold(Collection<String> deviceIds) {
        var told = new HashMap<String, Instant>();
        for (var id : deviceIds) {
            var item = dynamo.getItem(request -> request.tableName(table).key(key("DEVICE#" + id, TOLD)))
                    .item();
            if (!item.isEmpty()) {
                told.put(id, instant(item));
            }
        }
        return told;
    }

    /** Its platform says that nobody has this token any more. */
    public void reportDead(String deviceId, Instant at) {
        var item = key(DEAD, deviceId);
        item.put(AT, number(at.toEpochMilli()));
        item.put(StateTable.TTL, number(at.plus(KEPT).getEpochSecond()));
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    /** By id when it was found out. */
    public Map<String, Instant> dead() {
        var found = new HashMap<String, Instant>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :dead")
                        .expressionAttributeValues(Map.of(":dead", string(DEAD))))
                .items()
                .forEach(item -> found.put(required(item, StateTable.SORT_KEY).s(), instant(item)));
        return found;
    }

    /** The database knows of it now. */
    public void bury(String deviceId) {
        dynamo.deleteItem(request -> request.tableName(table).key(key(DEAD, deviceId)));
    }

    private static Instant instant(Map<String, AttributeValue> item) {
        return Instant.ofEpochMilli(Long.parseLong(required(item, AT).n()));
    }

    private static String partition(String organizationId) {
        return "DEVICES#" + organizationId;
    }
}
