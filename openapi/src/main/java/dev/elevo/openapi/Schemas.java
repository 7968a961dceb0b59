package dev.elevo.openapi;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.elevo.contract.Page;
import dev.elevo.contract.Untold;
import dev.elevo.contract.files.FileMode;
import io.micronaut.json.tree.JsonNode;
import jakarta.validation.constraints.NotNull;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records as schemas. One that comes in asks for what is {@code @NotNull}; one that goes out has whatever cannot be null. A record that
 * does both and differs is two schemas.
 */
final class Schemas {
    /** Which way a record goes. */
    enum Way {
        IN,
        OUT
    }

    private final Map<String, Map<String, Object>> incoming = new TreeMap<>();
    private final Map<String, Map<String, Object>> outgoing = new TreeMap<>();
    private final Map<String, Class<?>> holders = new HashMap<>();

    Map<String, Object> of(AnnotatedType type, Way way) {
        return of(type, way, Map.of());
    }

    Map<String, Object> of(Class<?> type, Way way) {
        return ofClass(type, way, Map.of());
    }

    /** The envelope of a list of these. */
    Map<String, Object> page(Class<?> element) {
        return within(Page.class, element);
    }

    /** @param envelope a record with a variable for what it holds */
    Map<String, Object> within(Class<?> envelope, Class<?> element) {
        var argument = new Argument(simple(element), () -> of(element, Way.OUT));
        return record(envelope, Way.OUT, Map.of(envelope.getTypeParameters()[0].getName(), argument));
    }

    /** What stands for a variable of a generic record. */
    private record Argument(String name, Supplier<Map<String, Object>> schema) {}

    private Map<String, Object> of(AnnotatedType type, Way way, Map<String, Argument> bound) {
        var schema = switch (type) {
            case AnnotatedWildcardType wild -> of(wild.getAnnotatedUpperBounds()[0], way, bound);
            case AnnotatedParameterizedType generic -> ofGeneric(generic, way, bound);
            default ->
                switch (type.getType()) {
                    case TypeVariable<?> variable -> {
                        var known = bound.get(variable.getName());
                        yield known == null ? Tree.of() : known.schema().get();
                    }
                    case Class<?> plain -> ofClass(plain, way, Map.of());
                    default -> throw new IllegalArgumentException("no schema for " + type);
                };
        };
        return Constraints.with(schema, type.getAnnotations());
    }

    private Map<String, Object> ofGeneric(AnnotatedParameterizedType generic, Way way, Map<String, Argument> bound) {
        var raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
        var arguments = generic.getAnnotatedActualTypeArguments();
        if (Collection.class.isAssignableFrom(raw)) {
            return Tree.of("type", "array", "items", of(arguments[0], way, bound));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return Tree.of("type", "object", "additionalProperties", of(arguments[1], way, bound));
        }
        var ofRecord = new LinkedHashMap<String, Argument>();
        for (int i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            ofRecord.put(
                    raw.getTypeParameters()[i].getName(),
                    new Argument(simple(argument, bound), () -> of(argument, way, bound)));
        }
        return ofClass(raw, way, ofRecord);
    }

    private Map<String, Object> ofClass(Class<?> type, Way way, Map<String, Argument> bound) {
        if (type == String.class) {
            return Tree.of("type", "string");
        }
        if (type == int.class || type == Integer.class) {
            return Tree.of("type", "integer", "format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return Tree.of("type", "integer", "format", "int64");
        }
        if (type == double.class || type == Double.class) {
            return Tree.of("type", "number", "format", "double");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Tree.of("type", "boolean");
        }
        if (type == Instant.class) {
            return Tree.of("type", "string", "format", "date-time");
        }
        if (type == byte[].class) {
            return Tree.of("type", "string", "format", "binary");
        }
        if (type == FileMode.class) {
            return fileMode(way);
        }
        if (type.isEnum()) {
            return Tree.of("type", "string", "enum", constants(type));
        }
        if (type.isRecord()) {
            return record(type, way, bound);
        }
        if (type == Object.class || JsonNode.class.isAssignableFrom(type)) {
            return Tree.of();
        }
        throw new IllegalArgumentException("no schema for " + type);
    }

    private static Map<String, Object> fileMode(Way way) {
        var bits = Tree.of("type", "integer", "minimum", 0, "maximum", 4095);
        return way == Way.OUT
                ? bits
                : Tree.of("oneOf", List.of(bits, Tree.of("type", "string", "pattern", "^0?[0-7]{3,4}$")));
    }

    private static List<String> constants(Class<?> type) {
        return Stream.of(type.getEnumConstants())
                .map(constant -> {
                    var name = ((Enum<?>) constant).name();
                    try {
                        var said = type.getField(name).getAnnotation(JsonProperty.class);
                        return said == null ? name : said.value();
                    } catch (NoSuchFieldException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    private Map<String, Object> record(Class<?> type, Way way, Map<String, Argument> bound) {
        var name = name(type, bound);
        var known = way == Way.IN ? incoming : outgoing;
        if (!known.containsKey(name)) {
            var schema = new LinkedHashMap<String, Object>();
            // Before its parts are looked at: one of them may lead back.
            known.put(name, schema);
            schema.putAll(parts(type, way, bound));
        }
        return Tree.reference("schemas", name + (way == Way.IN ? "Input" : ""));
    }

    private Map<String, Object> parts(Class<?> type, Way way, Map<String, Argument> bound) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        Object others = null;
        for (var part : type.getRecordComponents()) {
            if (part.isAnnotationPresent(Untold.class)) {
                continue;
            }
            if (part.getAccessor().isAnnotationPresent(JsonAnyGetter.class)) {
                others = true;
                continue;
            }
            var name = named(part);
            var schema = of(part.getAnnotatedType(), way, bound);
            var isNull = has(part.getAnnotatedType(), Nullable.class) && isAlwaysThere(part);
            properties.put(name, isNull && way == Way.OUT ? orNull(schema) : schema);
            if (way == Way.IN ? isNeeded(part) : !has(part.getAnnotatedType(), Nullable.class) || isAlwaysThere(part)) {
                required.add(name);
            }
        }
        var ignored = type.getAnnotation(JsonIgnoreProperties.class);
        if (way == Way.IN && ignored != null && !ignored.ignoreUnknown()) {
            others = false;
        }
        return Tree.of(
                "type",
                "object",
                "required",
                required.isEmpty() ? null : required,
                "properties",
                properties,
                "additionalProperties",
                others);
    }

    private static String named(RecordComponent part) {
        var said = part.getAccessor().getAnnotation(JsonProperty.class);
        return said == null || said.value().isEmpty() ? part.getName() : said.value();
    }

    private static boolean isNeeded(RecordComponent part) {
        return has(part.getAnnotatedType(), NotNull.class) || has(part.getAccessor(), NotNull.class);
    }

    private static boolean isAlwaysThere(RecordComponent part) {
        var included = part.getAccessor().getAnnotation(JsonInclude.class);
        return included != null && included.value() == JsonInclude.Include.ALWAYS;
    }

    private static boolean has(AnnotatedElement element, Class<? extends Annotation> annotation) {
        return element.isAnnotationPresent(annotation);
    }

    /** Beside a reference nothing else counts. */
    private static Map<String, Object> orNull(Map<String, Object> schema) {
        var nullable = schema.containsKey("$ref") ? Tree.of("allOf", List.of(schema)) : new LinkedHashMap<>(schema);
        nullable.put("nullable", true);
        return nullable;
    }

    /** The simple name, with that of what it is in and of what it holds; with the package's where another has it already. */
    private String name(Class<?> type, Map<String, Argument> bound) {
        var held = new StringBuilder();
        bound.values().forEach(argument -> held.append(argument.name()));
        var name = held + simple(type);
        var holder = holders.putIfAbsent(name, type);
        if (holder == null || holder == type) {
            return name;
        }
        var home = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        var longer = home.substring(0, 1).toUpperCase(Locale.ROOT) + home.substring(1) + name;
        if (holders.getOrDefault(longer, type) != type) {
            throw new IllegalStateException("two records have the name " + longer);
        }
        holders.put(longer, type);
        return longer;
    }

    private static String simple(AnnotatedType type, Map<String, Argument> bound) {
        return switch (type.getType()) {
            case Class<?> plain -> simple(plain);
            case TypeVariable<?> variable
            when bound.containsKey(variable.getName()) ->
                Objects.requireNonNull(bound.get(variable.getName())).name();
            case ParameterizedType generic -> {
                var name = new StringBuilder();
                for (var argument : ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()) {
                    name.append(simple(argument, bound));
                }
                yield name + simple((Class<?>) generic.getRawType());
            }
            default -> "";
        };
    }

    private static String simple(Class<?> type) {
        var outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : simple(outer) + type.getSimpleName();
    }

    /**
     * All that were asked for, by their names. Those that are the same both ways share one.
     *
     * @param document with references to them, which are made to fit
     */
    Map<String, Object> shared(Map<String, Object> document) {
        var same = same();
        var schemas = new TreeMap<String, Object>(outgoing);
        incoming.forEach((name, schema) -> {
            if (!same.contains(name)) {
                schemas.put(outgoing.containsKey(name) ? name + "Input" : name, schema);
            }
        });
        var whole = new LinkedHashMap<>(document);
        var components = new LinkedHashMap<String, Object>();
        if (whole.get("components") instanceof Map<?, ?> others) {
            others.forEach((kind, entries) -> components.put(kind.toString(), entries));
        }
        components.put("schemas", schemas);
        whole.put("components", components);
        var fitting = Tree.referring(whole, reference -> fitting(reference, same));
        var fields = new LinkedHashMap<String, Object>();
        ((Map<?, ?>) fitting).forEach((name, value) -> fields.put(name.toString(), value));
        return fields;
    }

    private String fitting(String reference, Collection<String> same) {
        if (!reference.endsWith("Input")) {
            return reference;
        }
        var plain = reference.substring(0, reference.length() - "Input".length());
        var name = plain.substring(plain.lastIndexOf('/') + 1);
        return same.contains(name) || !outgoing.containsKey(name) ? plain : reference;
    }

    /** Taken for the same until one is found that is not, which may part others that refer to it. */
    private Collection<String> same() {
        var same = new ArrayList<>(incoming.keySet());
        same.removeIf(name -> !outgoing.containsKey(name));
        while (same.removeIf(name -> !Tree.referring(
                        Objects.requireNonNull(incoming.get(name)), reference -> fitting(reference, same))
                .equals(outgoing.get(name)))) {
            // until nothing changes any more
        }
        return same;
    }
}
