package dev.elevo.contract;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * One broken rule of a request.
 *
 * @param field dotted path in the body such as {@code resources.cpu}, or the name of a query parameter or header
 * @param value the offending value, cut where it is long; absent for secrets
 */
@Serdeable
public record FieldError(
        String field, String message, @Nullable Object value) {
    public FieldError {
        value = switch (value) {
            case null -> null;
            case Number number -> number;
            case Boolean bool -> bool;
            case Object other -> Excerpt.of(other.toString());
        };
    }
}
