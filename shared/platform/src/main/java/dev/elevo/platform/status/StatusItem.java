package dev.elevo.platform.status;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.dynamo.Attributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A change as an item and back; where it lies differs between the outbox and the log. */
final class StatusItem {
    /**
     * Longer than any cursor stays good ({@link StatusLog#KEPT_FOR} after the last connection), so that nothing is forgotten
     * that somebody may still ask for.
     */
    private static final Duration LIFE = StatusLog.KEPT_FOR.plusHours(1);

    private StatusItem() {}

    static Map<String, AttributeValue> write(StatusChange change, String partition, String sort) {
        var item = new HashMap<>(Attributes.key(partition, sort));
        item.put("org", string(change.organizationId()));
        item.put("sandbox", string(change.sandboxId()));
        item.put("name", string(change.name()));
        if (!change.labels().isEmpty()) {
            item.put(
                    "labels",
                    AttributeValue.fromM(change.labels().entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, label -> string(label.getValue())))));
        }
        item.put("state", string(change.state().label()));
        var previous = change.previous();
        if (previous != null) {
            item.put("previous", string(previous.label()));
        }
        item.put("reason", string(change.reason().name()));
        item.put("at", string(InstantSerde.format(change.at())));
        item.put("version", number(change.version()));
        item.put(StateTable.TTL, number(change.at().plus(LIFE).getEpochSecond()));
        return item;
    }

    static StatusChange read(Map<String, AttributeValue> item) {
        var labels = item.get("labels");
        var previous = item.get("previous");
        return new StatusChange(
                required(item, "org").s(),
                required(item, "sandbox").s(),
                required(item, "name").s(),
                labels == null
                        ? Map.of()
                        : labels.m().entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        label -> label.getValue().s())),
                state(required(item, "state").s()),
                previous == null ? null : state(previous.s()),
                StatusReason.valueOf(required(item, "reason").s()),
                Instant.parse(required(item, "at").s()),
                Long.parseLong(required(item, "version").n()));
    }

    private static SandboxState state(String label) {
        return SandboxState.valueOf(label.toUpperCase(Locale.ROOT));
    }
}
