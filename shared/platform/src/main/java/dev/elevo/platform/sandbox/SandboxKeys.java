package dev.elevo.platform.sandbox;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.SandboxTable.LocalIndex;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.SandboxState;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Where things about sandboxes lie: they and their tombstones in their own table, what goes with them in the state table.
 *
 * <p>Every index key is {@code <property>#<id>#<state>}: ordered by the property, ties by id; and since the indexes hold keys
 * only, the state at the end lets a list be filtered by state without reading one sandbox. All of it but the state is the
 * {@linkplain #position position} a cursor remembers.
 */
final class SandboxKeys {
    static final String PK = StateTable.PARTITION_KEY;
    static final String SK = StateTable.SORT_KEY;

    /** Spreads the register over partitions: every creation writes to it. */
    private static final int REGISTER_SHARDS = 8;

    private static final String SEPARATOR = "#";

    private static final Map<String, LocalIndex> INDEXES = Map.of(
            "createdAt", SandboxTable.LOCAL_INDEXES.get(0),
            "name", SandboxTable.LOCAL_INDEXES.get(1),
            "state", SandboxTable.LOCAL_INDEXES.get(2),
            "startedAt", SandboxTable.LOCAL_INDEXES.get(3),
            "lastActivityAt", SandboxTable.LOCAL_INDEXES.get(4));

    private SandboxKeys() {}

    /** The index that is ordered by the property. */
    static LocalIndex index(String property) {
        var index = INDEXES.get(property);
        if (index == null) {
            throw new IllegalArgumentException("no index is ordered by " + property);
        }
        return index;
    }

    static Map<String, AttributeValue> of(Sandbox sandbox) {
        var state = sandbox.state();
        var times = sandbox.times();
        return Map.of(
                PK,
                text(partition(sandbox.organizationId(), state == SandboxState.DELETED)),
                SK,
                text(sandbox.id()),
                "L1",
                ordered(stamp(times.createdAt()), sandbox.id(), state),
                "L2",
                ordered(sandbox.name(), sandbox.id(), state),
                "L3",
                ordered(state.label(), sandbox.id(), state),
                "L4",
                ordered(stamp(times.startedAt()), sandbox.id(), state),
                "L5",
                ordered(stamp(times.lastActivityAt()), sandbox.id(), state));
    }

    static AttributeValue activity(Instant at, String id) {
        return ordered(stamp(at), id, SandboxState.RUNNING);
    }

    static Map<String, AttributeValue> sandbox(SandboxKey key) {
        return key(partition(key.organizationId(), false), key.id());
    }

    static Map<String, AttributeValue> key(String partition, String sort) {
        return Map.of(PK, text(partition), SK, text(sort));
    }

    static String partition(String organizationId, boolean deleted) {
        return "ORG#" + organizationId + (deleted ? "#SBXDEL" : "#SBX");
    }

    static Map<String, AttributeValue> name(String organizationId, String name) {
        return key("ORG#" + organizationId + "#SBXNAME", name);
    }

    static Map<String, AttributeValue> counters(String organizationId) {
        return key("ORG#" + organizationId + "#COUNT", "SBX");
    }

    static Map<String, AttributeValue> registered(String id) {
        return key(register(Math.floorMod(id.hashCode(), REGISTER_SHARDS)), id);
    }

    static Iterable<String> registers() {
        return IntStream.range(0, REGISTER_SHARDS)
                .mapToObj(SandboxKeys::register)
                .toList();
    }

    private static String register(int shard) {
        return "SBXREG#" + shard;
    }

    static String position(String indexKey) {
        return indexKey.substring(0, indexKey.lastIndexOf(SEPARATOR));
    }

    static SandboxState state(String indexKey) {
        return SandboxItem.state(indexKey.substring(indexKey.lastIndexOf(SEPARATOR) + 1));
    }

    /** Greater than the index key at this position, whatever its state, and less than every later one. */
    static String justAfter(String position) {
        return position + SEPARATOR + "~";
    }

    private static AttributeValue ordered(String property, String id, SandboxState state) {
        return text(property + SEPARATOR + id + SEPARATOR + state.label());
    }

    /** What never happened comes before everything that did. */
    private static String stamp(@Nullable Instant instant) {
        return instant == null ? "" : InstantSerde.format(instant);
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }
}
