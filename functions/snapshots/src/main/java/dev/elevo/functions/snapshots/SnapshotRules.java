package dev.elevo.functions.snapshots;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.Ids;
import dev.elevo.contract.snapshot.CreateSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules that annotations cannot say. */
final class SnapshotRules {
    private final List<FieldError> broken = new ArrayList<>();

    private SnapshotRules() {}

    /** Refuses with 9004 and every broken rule. */
    static void check(CreateSnapshot wanted) {
        var rules = new SnapshotRules();
        // A call that repeats an old id must never reach another snapshot.
        if (Ids.SNAPSHOT.matches(wanted.name())) {
            rules.broken.add(new FieldError("name", "must not look like an id", wanted.name()));
        }
        rules.noNulls("labels", wanted.labels());
        rules.noNulls("metadata", wanted.metadata());
        if (!rules.broken.isEmpty()) {
            throw new Failure.Invalid(rules.broken).asException();
        }
    }

    /** JSON can put a null where the contract has a value. */
    @SuppressWarnings("NullAway") // the declared types promise what the parser does not keep
    private void noNulls(String field, @Nullable Map<String, String> map) {
        if (map != null) {
            map.forEach((key, value) -> {
                if (value == null) {
                    broken.add(new FieldError(field + "." + key, "must be a string", null));
                }
            });
        }
    }
}
