package dev.elevo.platform.http;

import dev.elevo.contract.FieldError;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON can put a null where the contract has a value. */
public final class Nulls {
    private Nulls() {}

    @SuppressWarnings("NullAway") // the declared types promise what the parser does not keep
    public static void refuse(String field, @Nullable Map<String, String> map, List<FieldError> broken) {
        if (map != null) {
            map.forEach((key, value) -> {
                if (value == null) {
                    broken.add(new FieldError(field + "." + key, "must be a string", null));
                }
            });
        }
    }
}
