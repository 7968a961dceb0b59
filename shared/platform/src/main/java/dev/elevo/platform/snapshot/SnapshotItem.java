package dev.elevo.platform.snapshot;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.dynamo.Attributes;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A snapshot as an item. */
final class SnapshotItem {
    static final String USERS = "users";
    static final String VERSION = "version";

    private static final Argument<Map<String, String>> WORDS = Argument.mapOf(String.class, String.class);

    private final JsonMapper json;

    SnapshotItem(JsonMapper json) {
        this.json = json;
    }

    static String partition(String organizationId) {
        return "ORG#" + organizationId + "#SNAP";
    }

    static Map<String, AttributeValue> key(String organizationId, String id) {
        return Attributes.key(partition(organizationId), id);
    }

    Map<String, AttributeValue> write(Snapshot snapshot) {
        var item = new HashMap<>(key(snapshot.organizationId(), snapshot.id()));
        item.put("org", string(snapshot.organizationId()));
        item.put("id", string(snapshot.id()));
        item.put("name", string(snapshot.name()));
        item.put("state", string(snapshot.state().name()));
        item.put("sandbox", string(snapshot.sandboxId()));
        item.put("origin", json(snapshot.origin()));
        item.put("labels", json(snapshot.labels()));
        item.put("metadata", json(snapshot.metadata()));
        item.put("size", number(snapshot.size()));
        item.put(VERSION, number(snapshot.version()));
        put(item, "description", snapshot.description());
        put(item, "error", snapshot.error());
        put(item, "createdAt", snapshot.createdAt());
        put(item, "completedAt", snapshot.completedAt());
        put(item, "expiresAt", snapshot.expiresAt());
        if (!snapshot.users().isEmpty()) {
            item.put(USERS, AttributeValue.fromSs(snapshot.users().stream().toList()));
        }
        return item;
    }

    Snapshot read(Map<String, AttributeValue> item) {
        return new Snapshot(
                required(item, "id").s(),
                required(item, "org").s(),
                required(item, "name").s(),
                SnapshotState.valueOf(required(item, "state").s()),
                required(item, "sandbox").s(),
                json(item, "origin", Argument.of(Origin.class)),
                text(item, "description"),
                new LinkedHashMap<>(json(item, "labels", WORDS)),
                new LinkedHashMap<>(json(item, "metadata", WORDS)),
                Long.parseLong(required(item, "size").n()),
                Instant.parse(required(item, "createdAt").s()),
                instant(item, "completedAt"),
                instant(item, "expiresAt"),
                text(item, "error"),
                item.containsKey(USERS) ? Set.copyOf(required(item, USERS).ss()) : Set.of(),
                Long.parseLong(required(item, VERSION).n()));
    }

    private static void put(Map<String, AttributeValue> item, String name, @Nullable String value) {
        if (value != null) {
            item.put(name, string(value));
        }
    }

    private static void put(Map<String, AttributeValue> item, String name, @Nullable Instant value) {
        if (value != null) {
            item.put(name, string(InstantSerde.format(value)));
        }
    }

    private static @Nullable String text(Map<String, AttributeValue> item, String name) {
        var value = item.get(name);
        return value == null ? null : value.s();
    }

    private static @Nullable Instant instant(Map<String, AttributeValue> item, String name) {
        var text = text(item, name);
        return text == null ? null : Instant.parse(text);
    }

    private AttributeValue json(Object value) {
        try {
            return string(new String(json.writeValueAsBytes(value), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T json(Map<String, AttributeValue> item, String name, Argument<T> type) {
        try {
            var value = json.readValue(required(item, name).s(), type);
            if (value == null) {
                throw new IllegalStateException("the item of a snapshot holds null as its " + name);
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
