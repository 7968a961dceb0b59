package dev.elevo.platform.volume;

import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.volume.VolumeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What a change of a sandbox means for its volumes, as parts of the transaction that changes it. An item for each sandbox that lists a
 * volume, until it is deleted; one for who writes to it, as long as he is active. Taking away what is not there is no failure, so
 * that a volume which was deleted by force keeps nobody from anything.
 */
public final class Mounts {
    private final String table;
    private final String organizationId;
    private final String sandboxId;

    /** By volume, whether it is written to: a sandbox may have several parts of one. */
    private final Map<String, Boolean> writes = new TreeMap<>();

    public Mounts(String table, String organizationId, String sandboxId, List<VolumeMount> volumes) {
        this.table = table;
        this.organizationId = organizationId;
        this.sandboxId = sandboxId;
        volumes.forEach(mount -> writes.merge(mount.volumeId(), !mount.isReadOnly(), Boolean::logicalOr));
    }

    /** Parts of a transaction, each with the volume it is about. */
    public record Parts(List<TransactWriteItem> items, List<String> volumes) {
        public static final Parts NONE = new Parts(List.of(), List.of());

        private Parts() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        private void add(String volumeId, TransactWriteItem item) {
            items.add(item);
            volumes.add(volumeId);
        }

        /**
         * Which volume stood in the way.
         *
         * @param first index of the first of these parts in the transaction
         */
        public Optional<Refusal> refusal(TransactionCanceledException e, int first) {
            for (int i = 0; i < items.size(); i++) {
                var reason = e.cancellationReasons().get(first + i);
                if (reason.code().equals("ConditionalCheckFailed")) {
                    return Optional.of(new Refusal(volumes.get(i), reason.hasItem() && !isGoing(reason.item())));
                }
            }
            return Optional.empty();
        }

        /** The item of a writer has no state. */
        private static boolean isGoing(Map<String, AttributeValue> item) {
            return item.containsKey("state") && item.get("state").s().equals(VolumeState.DELETING.name());
        }
    }

    /**
     * A volume that cannot be mounted.
     *
     * @param isThere it is written to by another or not ready; otherwise there is none
     */
    public record Refusal(String volumeId, boolean isThere) {}

    /** A new sandbox lists them, and is active. */
    public Parts listed(Instant now) {
        var parts = claimed(now);
        writes.keySet().forEach(volume -> parts.add(volume, put(VolumeKeys.mount(organizationId, volume, sandboxId))));
        return parts;
    }

    /** It becomes active. */
    public Parts claimed(Instant now) {
        var parts = new Parts();
        writes.forEach((volume, isWritten) -> {
            parts.add(volume, touch(volume, now));
            if (isWritten) {
                parts.add(volume, write(volume));
            }
        });
        return parts;
    }

    /** It is not active any more. */
    public Parts released() {
        var parts = new Parts();
        writes.forEach((volume, isWritten) -> {
            if (isWritten) {
                parts.add(volume, release(volume));
            }
        });
        return parts;
    }

    /**
     * It is deleted.
     *
     * @param isActive whether it was until now; of one that was not another may be writing what it wrote
     */
    public Parts dropped(boolean isActive) {
        var parts = isActive ? released() : new Parts();
        writes.keySet()
                .forEach(volume -> parts.add(
                        volume,
                        TransactWriteItem.builder()
                                .delete(delete -> delete.tableName(table)
                                        .key(VolumeKeys.mount(organizationId, volume, sandboxId)))
                                .build()));
        return parts;
    }

    private TransactWriteItem touch(String volume, Instant now) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(VolumeKeys.volume(organizationId, volume))
                        .updateExpression("SET lastMountedAt = :now")
                        .conditionExpression("#state = :available")
                        .expressionAttributeNames(Map.of("#state", "state"))
                        .expressionAttributeValues(Map.of(
                                ":now", string(InstantSerde.format(now)),
                                ":available", string(VolumeState.AVAILABLE.name())))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem write(String volume) {
        var item = new HashMap<>(VolumeKeys.writer(organizationId, volume));
        item.put("sandbox", string(sandboxId));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(PK) OR sandbox = :me")
                        .expressionAttributeValues(Map.of(":me", string(sandboxId)))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem release(String volume) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(VolumeKeys.writer(organizationId, volume))
                        .conditionExpression("attribute_not_exists(PK) OR sandbox = :me")
                        .expressionAttributeValues(Map.of(":me", string(sandboxId))))
                .build();
    }

    private TransactWriteItem put(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }
}
