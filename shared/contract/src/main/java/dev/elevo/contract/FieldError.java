package dev.elevo.contract;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * One broken rule of a request.
 *
 * @param field dotted path in the body such as {@code resources.cpu}, or the name of a query parameter or header
 * @param value the offending value, cut to 200 characters; absent for secrets
 */
@Serdeable
public record FieldError(
        String field, String message, @Nullable Object value) {
    private static final int LONGEST_VALUE = 200;

    public FieldError {
        value = switch (value) {
            case null -> null;
            case Number number -> number;
            case Boolean bool -> bool;
            case Object other -> cut(other.toString());
        };
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE);
    }
}
