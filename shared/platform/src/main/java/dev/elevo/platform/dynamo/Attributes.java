package dev.elevo.platform.dynamo;

import dev.elevo.contract.StateTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Attribute values and keys, for the stores whose writes are expressions. */
public final class Attributes {
    private Attributes() {}

    public static AttributeValue string(String value) {
        return AttributeValue.fromS(value);
    }

    public static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    public static AttributeValue bytes(byte[] value) {
        return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(value));
    }

    /** Of an item this code wrote: what is not there is a damaged item, not a case. */
    public static AttributeValue required(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> "the item has no " + name);
    }

    /** Of an item of either table. */
    public static Map<String, AttributeValue> keyOf(Map<String, AttributeValue> item) {
        return key(
                required(item, StateTable.PARTITION_KEY).s(),
                required(item, StateTable.SORT_KEY).s());
    }

    public static Map<String, AttributeValue> key(String partition, String sort) {
        var key = new HashMap<String, AttributeValue>();
        key.put(StateTable.PARTITION_KEY, string(partition));
        key.put(StateTable.SORT_KEY, string(sort));
        return key;
    }
}
