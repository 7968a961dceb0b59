package dev.elevo.contract.files;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Encoder;
import io.micronaut.serde.Serde;
import io.micronaut.serde.exceptions.InvalidFormatException;
import io.micronaut.serde.exceptions.SerdeException;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A mode leaves as a number; it may come as one, or as text in octal. */
@Singleton
public final class FileModeSerde implements Serde<FileMode> {
    @Override
    public void serialize(Encoder encoder, EncoderContext context, Argument<? extends FileMode> type, FileMode value)
            throws IOException {
        encoder.encodeInt(value.bits());
    }

    @Override
    public @Nullable FileMode deserialize(Decoder decoder, DecoderContext context, Argument<? super FileMode> type)
            throws IOException {
        var node = decoder.decodeNode();
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return FileMode.ofOctal(node.getStringValue()).orElseThrow(() -> notPossible(node.getStringValue()));
        }
        if (!node.isNumber() || node.getDoubleValue() != Math.rint(node.getDoubleValue())) {
            throw new SerdeException("expected a number or octal text");
        }
        return FileMode.ofNumber((long) node.getDoubleValue()).orElseThrow(() -> notPossible(node.coerceStringValue()));
    }

    @Override
    public @Nullable FileMode deserializeNullable(
            Decoder decoder, DecoderContext context, Argument<? super FileMode> type) throws IOException {
        return deserialize(decoder, context, type);
    }

    private static InvalidFormatException notPossible(String value) {
        return new InvalidFormatException(FileMode.RULE, null, value);
    }
}
