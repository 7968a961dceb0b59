package dev.elevo.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The resources of a template, for assertions that say more than "contains". */
record Resources(Map<String, Object> template) {

    /** One resource: its logical id and its properties. */
    record Resource(String id, Map<String, Object> properties) {
        Object at(String property) {
            return Objects.requireNonNull(properties.get(property), () -> id + " has no " + property);
        }

        List<Map<String, Object>> list(String property) {
            return maps(at(property));
        }

        Map<String, Object> map(String property) {
            return Resources.map(at(property));
        }
    }

    List<Resource> all(String type) {
        return map(Objects.requireNonNull(template.get("Resources"))).entrySet().stream()
                .filter(entry -> type.equals(map(entry.getValue()).get("Type")))
                .map(entry ->
                        new Resource(entry.getKey(), map(map(entry.getValue()).getOrDefault("Properties", Map.of()))))
                .toList();
    }

    /** A resource with what is said of it besides its properties. */
    Map<String, Object> whole(String id) {
        return map(Objects.requireNonNull(
                map(Objects.requireNonNull(template.get("Resources"))).get(id), id));
    }

    Resource only(String type) {
        assertThat(all(type)).as(type).hasSize(1);
        return all(type).getFirst();
    }

    /** The logical id another property points to, by Ref or by Fn::GetAtt. */
    static String target(Object reference) {
        var map = map(reference);
        return map.containsKey("Ref")
                ? (String) Objects.requireNonNull(map.get("Ref"))
                : (String) ((List<?>) Objects.requireNonNull(map.get("Fn::GetAtt"))).getFirst();
    }

    @SuppressWarnings("unchecked") // a JSON object
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // a JSON array of objects
    static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
