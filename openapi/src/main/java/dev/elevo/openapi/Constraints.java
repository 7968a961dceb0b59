package dev.elevo.openapi;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of a value, from its annotations. */
final class Constraints {
    private static final java.util.regex.Pattern CHOICE =
            java.util.regex.Pattern.compile("[A-Za-z0-9_+#-]+(\\|[A-Za-z0-9_+#-]+)+");

    private Constraints() {}

    static Map<String, Object> with(Map<String, Object> schema, Annotation... annotations) {
        // Beside a reference nothing else counts.
        if (schema.containsKey("$ref")) {
            return schema;
        }
        var ruled = new LinkedHashMap<>(schema);
        for (var annotation : annotations) {
            switch (annotation) {
                case Min least -> ruled.put("minimum", least.value());
                case Max most -> ruled.put("maximum", most.value());
                case Size size -> size(ruled, size);
                case Email email -> ruled.put("format", "email");
                case Pattern pattern -> pattern(ruled, pattern.regexp());
                default -> {
                    // says nothing about the value
                }
            }
        }
        return ruled;
    }

    private static void size(Map<String, Object> schema, Size size) {
        var what = switch (String.valueOf(schema.get("type"))) {
            case "array" -> "Items";
            case "object" -> "Properties";
            default -> "Length";
        };
        put(schema, "min" + what, size.min() > 0 ? size.min() : null);
        put(schema, "max" + what, size.max() < Integer.MAX_VALUE ? size.max() : null);
    }

    private static void put(Map<String, Object> schema, String name, @Nullable Integer value) {
        if (value != null) {
            schema.put(name, value);
        }
    }

    /** Ours stand for the whole text; theirs are looked for within it. */
    private static void pattern(Map<String, Object> schema, String regex) {
        if (CHOICE.matcher(regex).matches()) {
            schema.put("enum", List.of(regex.split("\\|")));
        } else {
            schema.put("pattern", regex.startsWith("^") && regex.endsWith("$") ? regex : "^(?:" + regex + ")$");
        }
    }
}
