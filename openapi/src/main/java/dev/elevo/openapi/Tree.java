package dev.elevo.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A document is objects within objects; fields keep their order, and what is null is left out. */
final class Tree {
    private Tree() {}

    static Map<String, Object> of(@Nullable Object... namesAndValues) {
        var tree = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            var name = namesAndValues[i];
            var value = namesAndValues[i + 1];
            if (name != null && value != null) {
                tree.put(name.toString(), value);
            }
        }
        return tree;
    }

    static Map<String, Object> reference(String kind, String name) {
        return of("$ref", "#/components/" + kind + "/" + name);
    }

    /** The same with each reference as the function has it. */
    static Object referring(Object tree, UnaryOperator<String> references) {
        return switch (tree) {
            case Map<?, ?> fields -> {
                var copy = new LinkedHashMap<String, Object>();
                fields.forEach((name, value) -> copy.put(
                        name.toString(),
                        name.equals("$ref") ? references.apply(value.toString()) : referring(value, references)));
                yield copy;
            }
            case List<?> elements ->
                elements.stream().map(element -> referring(element, references)).toList();
            default -> tree;
        };
    }
}
