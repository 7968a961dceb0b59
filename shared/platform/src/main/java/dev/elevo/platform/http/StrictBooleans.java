package dev.elevo.platform.http;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Optional;

/** {@code true} and {@code false} only: by the library's own converter {@code ?force=ture} would quietly be false. */
@Singleton
final class StrictBooleans implements TypeConverter<CharSequence, Boolean> {
    @Override
    public Optional<Boolean> convert(CharSequence text, Class<Boolean> type, ConversionContext context) {
        return switch (text.toString()) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> {
                context.reject(text, new IllegalArgumentException("neither true nor false"));
                yield Optional.empty();
            }
        };
    }
}
