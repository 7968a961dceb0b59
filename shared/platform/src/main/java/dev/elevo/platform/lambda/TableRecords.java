package dev.elevo.platform.lambda;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keys out of a batch of a table's stream. */
final class TableRecords {
    private TableRecords() {}

    /** Empty where the event is none of a table. */
    static List<TableListener.TableKey> read(JsonNode event) {
        var keys = new ArrayList<TableListener.TableKey>();
        var records = event.get("Records");
        if (records != null && records.isArray()) {
            for (var written : records.values()) {
                var change = written.get("dynamodb");
                var key = change == null ? null : change.get("Keys");
                var partition = string(key, "PK");
                var sort = string(key, "SK");
                if (partition != null && sort != null) {
                    keys.add(new TableListener.TableKey(partition, sort));
                }
            }
        }
        return keys;
    }

    private static @Nullable String string(@Nullable JsonNode key, String name) {
        var attribute = key == null ? null : key.get(name);
        return attribute == null ? null : EventJson.text(attribute, "S");
    }
}
