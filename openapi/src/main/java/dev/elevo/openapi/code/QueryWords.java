package dev.elevo.openapi.code;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.tree.MethodInsnNode;

/** The methods by which a query is read, and what each says of the parameter. */
final class QueryWords {
    static final String OWNER = "dev/elevo/platform/paging/Query";

    private QueryWords() {}

    static void read(MethodInsnNode call, List<Known> given, Told told, Told.Place place) {
        if (call.name.equals("path")) {
            told.add(place, new Read("path", path(), true));
            return;
        }
        // The query itself comes first.
        var name = given.size() > 1 ? given.get(1).value(String.class) : Optional.<String>empty();
        if (name.isEmpty()) {
            return;
        }
        if (call.name.equals("has")) {
            told.looksFor(place, name.get());
            return;
        }
        if (call.name.equals("refuse")) {
            if (given.get(2).value().filter("is needed"::equals).isPresent()) {
                told.needs(place, name.get());
            }
            return;
        }
        var schema = schema(call.name, given.subList(2, given.size()));
        if (!schema.isEmpty()) {
            told.add(place, new Read(name.get(), schema, false));
        }
    }

    private static Map<String, Object> path() {
        return Map.of("type", "string", "maxLength", 4096, "description", "An absolute path");
    }

    private static Map<String, Object> schema(String method, List<Known> rules) {
        var schema = new LinkedHashMap<String, Object>();
        switch (method) {
            case "text" -> {
                schema.put("type", "string");
                if (rules.size() == 2) {
                    number(rules.get(0)).ifPresent(least -> schema.put("minLength", least));
                    number(rules.get(1)).ifPresent(most -> schema.put("maxLength", most));
                }
            }
            case "integer", "number" -> {
                schema.put("type", "integer");
                schema.put("format", method.equals("integer") ? "int32" : "int64");
                number(rules.get(1)).ifPresent(least -> schema.put("minimum", least));
                if (rules.size() == 3) {
                    number(rules.get(2))
                            .filter(most -> most.intValue() != Integer.MAX_VALUE)
                            .ifPresent(most -> schema.put("maximum", most));
                }
                number(rules.get(0)).ifPresent(fallback -> schema.put("default", fallback));
            }
            case "bool" -> {
                schema.put("type", "boolean");
                number(rules.get(0)).ifPresent(fallback -> schema.put("default", fallback.intValue() != 0));
            }
            case "timestamp" -> {
                schema.put("type", "string");
                schema.put("format", "date-time");
            }
            case "oneOf" -> {
                schema.put("type", "string");
                allowed(rules.get(0)).ifPresent(words -> schema.put("enum", words));
            }
            case "words", "globs" -> {
                var item = new LinkedHashMap<String, Object>();
                item.put("type", "string");
                rules.stream().findFirst().flatMap(QueryWords::allowed).ifPresent(words -> item.put("enum", words));
                schema.put("type", "array");
                schema.put("items", item);
            }
            case "labels" -> {
                schema.put("type", "string");
                schema.put("description", "`key=value`, several with commas between them; all must match");
            }
            default -> {
                // asks about the query without reading a parameter
            }
        }
        return schema;
    }

    private static Optional<Number> number(Known known) {
        return known.value(Number.class);
    }

    private static Optional<List<String>> allowed(Known known) {
        return known.value(Collection.class).map(words -> {
            var names = new ArrayList<String>();
            for (var word : words) {
                names.add(String.valueOf(word));
            }
            return List.copyOf(names);
        });
    }
}
