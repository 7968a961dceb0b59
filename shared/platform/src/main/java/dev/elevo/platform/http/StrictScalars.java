package dev.elevo.platform.http;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Deserializer;
import io.micronaut.serde.exceptions.InvalidFormatException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * JSON values of exactly the type a field has. The library's own would read {@code "abc"} as 0, {@code 1.9} as 1,
 * {@code [true]} as true and 5 as {@code "5"}: a request that is wrong would be done, and wrongly.
 */
@Factory
final class StrictScalars {

    /** Reads a value that is there and not null. */
    @FunctionalInterface
    private interface Reader<T> {
        @Nullable
        T read(JsonNode node) throws IOException;
    }

    private record Strict<T>(String expected, Reader<T> reader) implements Deserializer<T> {
        @Override
        public @Nullable T deserialize(Decoder decoder, DecoderContext context, Argument<? super T> type)
                throws IOException {
            var node = decoder.decodeNode();
            if (node == null || node.isNull()) {
                return null;
            }
            var value = reader.read(node);
            if (value == null) {
                throw new WrongTypeException(expected);
            }
            return value;
        }

        @Override
        public @Nullable T deserializeNullable(Decoder decoder, DecoderContext context, Argument<? super T> type)
                throws IOException {
            return deserialize(decoder, context, type);
        }
    }

    @Singleton
    @Primary
    Deserializer<String> string() {
        return new Strict<>("a string", node -> node.isString() ? node.getStringValue() : null);
    }

    @Singleton
    @Primary
    Deserializer<Boolean> bool() {
        return new Strict<>("true or false", node -> node.isBoolean() ? node.getBooleanValue() : null);
    }

    @Singleton
    @Primary
    Deserializer<Integer> integer() {
        return new Strict<>("an integer", node -> {
            var number = whole(node);
            if (number != null && number != number.intValue()) {
                throw outOfRange(node);
            }
            return number == null ? null : number.intValue();
        });
    }

    @Singleton
    @Primary
    Deserializer<Long> longInteger() {
        return new Strict<>("an integer", StrictScalars::whole);
    }

    @Singleton
    @Primary
    Deserializer<Double> number() {
        return new Strict<>("a number", node -> node.isNumber() ? node.getDoubleValue() : null);
    }

    /** The library has a shortcut of its own for this type, which would take numbers, and null among the elements. */
    @Singleton
    @Primary
    @SuppressWarnings("NonApiType") // the type by which the library registers its own
    Deserializer<ArrayList<String>> strings() {
        return new Strict<>("an array of strings", node -> {
            if (!node.isArray()) {
                return null;
            }
            var strings = new ArrayList<String>(node.size());
            for (var element : node.values()) {
                if (!element.isString()) {
                    return null;
                }
                strings.add(element.getStringValue());
            }
            return strings;
        });
    }

    /** 60 and 60.0 and 6e1 are one number in JSON; 60.5 is no integer. */
    private static @Nullable Long whole(JsonNode node) throws IOException {
        if (!node.isNumber()) {
            return null;
        }
        return switch (node.getNumberValue()) {
            case Integer number -> number.longValue();
            case Long number -> number;
            case BigInteger number -> throw outOfRange(node);
            case Double number when number == Math.rint(number) && Math.abs(number) <= 1L << 53 -> number.longValue();
            default -> null;
        };
    }

    /** It is a number, only no field of ours is that large: a broken rule, not an unreadable request. */
    private static IOException outOfRange(JsonNode node) {
        return new InvalidFormatException("out of range", null, node.coerceStringValue());
    }
}
