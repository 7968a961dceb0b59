package dev.elevo.platform.sandbox;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.SandboxState;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A sandbox as an item and back. What changes in its life are attributes of their own; what was asked for is one document. */
final class SandboxItem {
    static final String STATE = "state";
    static final String VERSION = "version";
    static final String LAST_ACTIVITY = "lastActivityAt";
    static final String TTL = StateTable.TTL;

    private final JsonMapper json;

    SandboxItem(JsonMapper json) {
        this.json = json;
    }

    Map<String, AttributeValue> write(Sandbox sandbox) {
        var item = new HashMap<>(SandboxKeys.of(sandbox));
        put(item, "name", sandbox.name());
        put(item, "org", sandbox.organizationId());
        put(item, STATE, sandbox.state().label());
        put(item, "settings", writeJson(sandbox.settings()));
        put(item, "isolation", sandbox.wall().isolation().name());
        item.put("enforced", writeFlags(sandbox.wall().enforced()));
        writeTimes(item, sandbox.times());
        var ending = sandbox.ending();
        if (ending != null) {
            put(item, "endReason", ending.reason().name());
            put(item, "endedBy", ending.by());
            putIfThere(item, "endDetail", ending.detail());
        }
        var breakdown = sandbox.breakdown();
        if (breakdown != null) {
            put(item, "errorReason", breakdown.reason());
            item.put("recoverable", AttributeValue.fromBool(breakdown.recoverable()));
        }
        var pending = sandbox.pending();
        if (pending != null) {
            put(item, "pending", pending.action().name());
            put(item, "pendingReason", pending.why().reason().name());
            put(item, "pendingBy", pending.why().by());
            putIfThere(item, "pendingDetail", pending.why().detail());
            put(item, "pendingSince", InstantSerde.format(pending.due()));
        }
        item.put(VERSION, number(sandbox.version()));
        return item;
    }

    Sandbox read(Map<String, AttributeValue> item) {
        return new Sandbox(
                text(item, SandboxKeys.SK),
                text(item, "org"),
                text(item, "name"),
                state(text(item, STATE)),
                readJson(text(item, "settings")),
                new Wall(Isolation.valueOf(text(item, "isolation")), readFlags(item)),
                readTimes(item),
                item.containsKey("endReason")
                        ? new Ending(
                                EndReason.valueOf(text(item, "endReason")),
                                text(item, "endedBy"),
                                textIfThere(item, "endDetail"))
                        : null,
                item.containsKey("errorReason")
                        ? new Breakdown(
                                text(item, "errorReason"),
                                value(item, "recoverable").bool())
                        : null,
                item.containsKey("pending")
                        ? new Pending(
                                Action.valueOf(text(item, "pending")),
                                new Ending(
                                        EndReason.valueOf(text(item, "pendingReason")),
                                        text(item, "pendingBy"),
                                        textIfThere(item, "pendingDetail")),
                                Instant.parse(text(item, "pendingSince")))
                        : null,
                Long.parseLong(value(item, VERSION).n()));
    }

    static AttributeValue string(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static SandboxState state(String label) {
        for (var state : SandboxState.values()) {
            if (state.label().equals(label)) {
                return state;
            }
        }
        throw new IllegalStateException("no state is called " + label);
    }

    private static void writeTimes(Map<String, AttributeValue> item, Times times) {
        put(item, "createdAt", times.createdAt());
        put(item, "startedAt", times.startedAt());
        put(item, "stoppedAt", times.stoppedAt());
        put(item, LAST_ACTIVITY, times.lastActivityAt());
        put(item, "deletedAt", times.deletedAt());
        put(item, "expiresAt", times.expiresAt());
    }

    private static Times readTimes(Map<String, AttributeValue> item) {
        return new Times(
                Instant.parse(text(item, "createdAt")),
                instant(item, "startedAt"),
                instant(item, "stoppedAt"),
                instant(item, LAST_ACTIVITY),
                instant(item, "deletedAt"),
                instant(item, "expiresAt"));
    }

    private static @Nullable String textIfThere(Map<String, AttributeValue> item, String name) {
        return item.containsKey(name) ? text(item, name) : null;
    }

    private static void putIfThere(Map<String, AttributeValue> item, String name, @Nullable String value) {
        if (value != null) {
            put(item, name, value);
        }
    }

    private static void put(Map<String, AttributeValue> item, String name, String value) {
        item.put(name, string(value));
    }

    private static void put(Map<String, AttributeValue> item, String name, @Nullable Instant value) {
        if (value != null) {
            item.put(name, string(InstantSerde.format(value)));
        }
    }

    static String text(Map<String, AttributeValue> item, String name) {
        return value(item, name).s();
    }

    static AttributeValue value(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> "an item of a sandbox lacks " + name);
    }

    private static @Nullable Instant instant(Map<String, AttributeValue> item, String name) {
        var value = item.get(name);
        return value == null ? null : Instant.parse(value.s());
    }

    private static AttributeValue writeFlags(Map<String, Boolean> flags) {
        return AttributeValue.fromM(flags.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> AttributeValue.fromBool(entry.getValue()))));
    }

    private static Map<String, Boolean> readFlags(Map<String, AttributeValue> item) {
        return value(item, "enforced").m().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().bool()));
    }

    private String writeJson(Settings settings) {
        try {
            return new String(json.writeValueAsBytes(settings), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Settings readJson(String text) {
        try {
            var settings = json.readValue(text, Argument.of(Settings.class));
            if (settings == null) {
                throw new IllegalStateException("the item of a sandbox holds null as its settings");
            }
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
