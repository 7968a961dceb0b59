package dev.elevo.platform.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.type.Argument;
import java.lang.reflect.Field;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may be sent where one of a few words is due. */
final class PossibleValues {
    /** Where the words are not known. */
    static final String UNKNOWN = "is not a possible value";

    private PossibleValues() {}

    /** For whoever sent something else. */
    static String words(Argument<?> argument) {
        if (!argument.getType().isEnum()) {
            return UNKNOWN;
        }
        return Stream.of(argument.getType().getFields())
                .filter(Field::isEnumConstant)
                .map(field -> {
                    var sent = field.getAnnotation(JsonProperty.class);
                    return sent == null ? field.getName() : sent.value();
                })
                .collect(Collectors.joining(", ", "must be one of ", ""));
    }
}
