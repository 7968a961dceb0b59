package dev.elevo.openapi.code;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.tree.MethodInsnNode;

/** The same of bodies that are read field by field, as the rules of the gateway are. */
final class BodyWords {
    static final String OWNER = "dev/elevo/functions/admin/gateway/Fields";

    private BodyWords() {}

    static void read(MethodInsnNode call, List<Known> given, Told told) {
        // The fields themselves come first, then the name, and often what stands where there is none.
        var name = given.size() > 2 ? given.get(1).value(String.class) : Optional.<String>empty();
        if (name.isEmpty()) {
            return;
        }
        var otherwise = given.get(2);
        var rules = given.subList(3, given.size());
        switch (call.name) {
            case "text" -> {
                var schema = typed("string", otherwise);
                bounds(schema, "minLength", "maxLength", rules);
                told.add(
                        Told.Place.BODY,
                        new Read(name.get(), schema, isEmpty(otherwise) && schema.containsKey("minLength")));
            }
            case "choice" -> {
                var schema = typed("string", otherwise);
                rules.getFirst().value(Collection.class).ifPresent(words -> {
                    var names = new ArrayList<Object>();
                    for (var word : words) {
                        names.add(word);
                    }
                    schema.put("enum", names);
                });
                told.add(Told.Place.BODY, new Read(name.get(), schema, isEmpty(otherwise)));
            }
            case "number" -> {
                var schema = typed("integer", otherwise);
                bounds(schema, "minimum", "maximum", rules);
                var isNeeded = schema.get("default") instanceof Number none
                        && schema.get("minimum") instanceof Number least
                        && none.longValue() < least.longValue();
                if (isNeeded) {
                    schema.remove("default");
                }
                told.add(Told.Place.BODY, new Read(name.get(), schema, isNeeded));
            }
            case "flag" -> {
                var schema = typed("boolean", otherwise);
                schema.computeIfPresent(
                        "default", (same, bit) -> bit instanceof Number number ? number.intValue() != 0 : bit);
                told.add(Told.Place.BODY, new Read(name.get(), schema, false));
            }
            case "texts" -> {
                var item = new LinkedHashMap<String, Object>(Map.of("type", "string", "minLength", 1));
                number(rules, 1).ifPresent(longest -> item.put("maxLength", longest));
                var schema = typed("array", Known.nothing(1));
                schema.put("items", item);
                number(rules, 0).ifPresent(most -> schema.put("maxItems", most));
                told.add(Told.Place.BODY, new Read(name.get(), schema, false));
            }
            case "object" -> told.add(Told.Place.BODY, new Read(name.get(), typed("object", Known.nothing(1)), false));
            case "elements" -> {
                var schema = typed("array", Known.nothing(1));
                schema.put("items", Map.of("type", "object"));
                bounds(schema, "minItems", "maxItems", given.subList(2, given.size()));
                told.add(Told.Place.BODY, new Read(name.get(), schema, true));
            }
            default -> {
                // reads no field
            }
        }
    }

    private static Map<String, Object> typed(String type, Known otherwise) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", type);
        if (!isEmpty(otherwise)) {
            otherwise.value().ifPresent(value -> schema.put("default", value));
        }
        return schema;
    }

    private static boolean isEmpty(Known otherwise) {
        return otherwise.value().filter(""::equals).isPresent();
    }

    private static void bounds(Map<String, Object> schema, String least, String most, List<Known> rules) {
        number(rules, 0).filter(number -> number.longValue() != 0).ifPresent(number -> schema.put(least, number));
        number(rules, 1)
                .filter(number -> number.longValue() != Integer.MAX_VALUE)
                .ifPresent(number -> schema.put(most, number));
    }

    private static Optional<Number> number(List<Known> rules, int index) {
        return index < rules.size() ? rules.get(index).value(Number.class) : Optional.empty();
    }
}
