package dev.elevo.functions.sandboxes.events;

import dev.elevo.contract.Failure;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.status.StatusChange;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.annotation.Serdeable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of which sandboxes somebody wants to hear.
 *
 * @param sandbox id or name of the only one; absent for all
 * @param labels all of these
 */
@Serdeable
record StatusFilter(@Nullable String sandbox, Map<String, String> labels) {
    private static final int LONGEST = 2048;
    private static final String TOO_LONG = "must not be longer than " + LONGEST + " characters in all";

    StatusFilter {
        labels = Map.copyOf(labels);
    }

    static StatusFilter read(Query query) {
        var filter = new StatusFilter(query.text("sandboxId", 1, 255), query.labels("labels"));
        if (filter.length() > LONGEST) {
            query.refuse("labels", TOO_LONG, null);
        }
        return filter;
    }

    /** From the data of a {@code subscribe}; labels as an object, or as in a query. */
    static StatusFilter read(@Nullable JsonNode data) {
        if (data == null || data.isNull()) {
            return new StatusFilter(null, Map.of());
        }
        if (!data.isObject()) {
            throw Failure.Invalid.field("data", "must be an object", null).asException();
        }
        var sandbox = data.get("sandboxId");
        if (sandbox != null && !sandbox.isNull() && !sandbox.isString()) {
            throw Failure.Invalid.field("data.sandboxId", "must be a text", null)
                    .asException();
        }
        var filter = new StatusFilter(
                sandbox == null || sandbox.isNull() ? null : sandbox.getStringValue(), labels(data.get("labels")));
        if (filter.length() > LONGEST) {
            throw Failure.Invalid.field("data", TOO_LONG, null).asException();
        }
        return filter;
    }

    boolean matches(StatusChange change) {
        return (sandbox == null || sandbox.equals(change.sandboxId()) || sandbox.equals(change.name()))
                && change.labels().entrySet().containsAll(labels.entrySet());
    }

    private int length() {
        return (sandbox == null ? 0 : sandbox.length())
                + labels.entrySet().stream()
                        .mapToInt(label ->
                                label.getKey().length() + label.getValue().length())
                        .sum();
    }

    private static Map<String, String> labels(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return Map.of();
        }
        var labels = new HashMap<String, String>();
        if (node.isObject()) {
            for (var entry : node.entries()) {
                if (!entry.getValue().isString()) {
                    throw ill();
                }
                labels.put(entry.getKey(), entry.getValue().getStringValue());
            }
        } else if (node.isString()) {
            for (var pair : node.getStringValue().split(",")) {
                var equals = pair.indexOf('=');
                if (equals <= 0) {
                    throw ill();
                }
                labels.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        } else {
            throw ill();
        }
        return labels;
    }

    private static RuntimeException ill() {
        return Failure.Invalid.field("data.labels", "must be an object of texts, or key=value,key=value", null)
                .asException();
    }
}
