package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object field by field: what is there is checked, what is not stays as it was. All that is wrong is told at once. A rule
 * may be made whole, changed in parts, or come as one of a hundred of which each is judged alone: records bound by the framework
 * know only the first of these.
 */
final class Fields {
    static final String NEEDED = "is needed";

    private static final int MOST_MEMBERS = 100;
    private static final int LONGEST_OBJECT = 16 * 1024;
    private static final int MOST_IGNORED = 50;

    private final JsonMapper json;
    private final JsonNode object;
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();

    Fields(JsonMapper json, JsonNode object) {
        this.json = json;
        this.object = object;
        if (!object.isObject()) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The body is not a JSON object").asException();
        }
    }

    static Fields of(JsonMapper json, byte[] body) {
        try {
            var read = body.length == 0 ? null : json.readValue(body, JsonNode.class);
            return new Fields(json, read == null ? JsonNode.nullNode() : read);
        } catch (IOException e) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The body is not valid JSON").causedBy(e);
        }
    }

    /** Nothing where there must be something is the same as too little. */
    String text(String name, String otherwise, int least, int most) {
        var text = read(name, otherwise, "a string", node -> node.isString() ? node.getStringValue() : null);
        if (text.isEmpty() && least > 0 && find(name).isEmpty()) {
            wrong(name, NEEDED);
        } else if (text.length() < least || text.length() > most || hasControl(text)) {
            wrong(name, "must have " + least + " to " + most + " characters");
        }
        return text;
    }

    String text(String name, String otherwise, int least, int most, Predicate<String> rule, String words) {
        var text = text(name, otherwise, least, most);
        if (find(name).isPresent() && !isWrong(name) && !rule.test(text)) {
            wrong(name, words);
        }
        return text;
    }

    String choice(String name, String otherwise, List<String> possible) {
        var text = read(name, otherwise, "a string", node -> node.isString() ? node.getStringValue() : null);
        if (text.isEmpty() && find(name).isEmpty()) {
            wrong(name, NEEDED);
        } else if (!possible.contains(text) && !isWrong(name)) {
            wrong(name, "must be one of " + String.join(", ", possible));
        }
        return text;
    }

    /** @param otherwise 0 where there must be one */
    int number(String name, int otherwise, int least, int most) {
        if (otherwise < least && find(name).isEmpty()) {
            wrong(name, NEEDED);
            return otherwise;
        }
        double number =
                read(name, (double) otherwise, "an integer", node -> node.isNumber() ? node.getDoubleValue() : null);
        if (number != Math.rint(number)) {
            wrong(name, "must be an integer in JSON");
        } else if (number < least || number > most) {
            wrong(name, "must be " + least + " to " + most);
        }
        return (int) number;
    }

    boolean flag(String name, boolean otherwise) {
        return read(name, otherwise, "true or false", node -> node.isBoolean() ? node.getBooleanValue() : null);
    }

    List<String> texts(String name, List<String> otherwise, int most, int longest) {
        var texts = read(name, otherwise, "an array of strings", Fields::strings);
        if (texts.size() > most) {
            wrong(name, "must have at most " + most + " elements");
        } else if (texts.stream().anyMatch(text -> text.isEmpty() || text.length() > longest || hasControl(text))) {
            wrong(name, "must have elements of 1 to " + longest + " characters");
        }
        return List.copyOf(texts);
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static @Nullable List<String> strings(JsonNode node) {
        if (!node.isArray()) {
            return null;
        }
        var texts = new ArrayList<String>();
        for (var element : node.values()) {
            if (!element.isString()) {
                return null;
            }
            texts.add(element.getStringValue());
        }
        return texts;
    }

    /** Anything in it, only not too much of it. */
    Map<String, JsonNode> object(String name, Map<String, JsonNode> otherwise) {
        var found = read(name, otherwise, "an object", node -> {
            if (!node.isObject()) {
                return null;
            }
            var members = new LinkedHashMap<String, JsonNode>();
            node.entries().forEach(entry -> members.put(entry.getKey(), entry.getValue()));
            return members;
        });
        if (find(name).isPresent() && (found.size() > MOST_MEMBERS || length(found) > LONGEST_OBJECT)) {
            wrong(name, "must have at most " + MOST_MEMBERS + " members in " + LONGEST_OBJECT + " bytes");
        } else if (find(name).filter(Fields::hasNul).isPresent()) {
            wrong(name, "must not have the character U+0000");
        }
        return found;
    }

    /** The one character that the database cannot keep in JSON. */
    private static boolean hasNul(JsonNode node) {
        if (node.isString()) {
            return node.getStringValue().indexOf('\0') >= 0;
        }
        if (node.isArray()) {
            return any(node.values(), Fields::hasNul);
        }
        return node.isObject()
                && any(node.entries(), member -> member.getKey().indexOf('\0') >= 0 || hasNul(member.getValue()));
    }

    private static <T> boolean any(Iterable<T> elements, Predicate<T> rule) {
        for (var element : elements) {
            if (rule.test(element)) {
                return true;
            }
        }
        return false;
    }

    private int length(Map<String, JsonNode> members) {
        try {
            return json.writeValueAsBytes(JsonNode.createObjectNode(members)).length;
        } catch (IOException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** The elements, each as it came. */
    List<JsonNode> elements(String name, int least, int most) {
        var elements = new ArrayList<JsonNode>();
        find(name).filter(JsonNode::isArray).ifPresent(node -> node.values().forEach(elements::add));
        if (elements.size() < least || elements.size() > most) {
            wrong(name, "must be an array of " + least + " to " + most + " elements");
        }
        return elements;
    }

    void wrong(String name, String why) {
        errors.add(new FieldError(name, why, null));
    }

    /** Throws what was found wrong. */
    void check() {
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors).asException();
        }
    }

    /**
     * Names that nobody has asked for, to be told to who sent them: one that is misspelt may be a restriction that is not there.
     * Null where there is none.
     */
    @Nullable
    List<String> ignored() {
        var names = new ArrayList<String>();
        for (var field : object.entries()) {
            if (!asked.contains(field.getKey()) && names.size() < MOST_IGNORED) {
                names.add(Excerpt.of(field.getKey()));
            }
        }
        return names.isEmpty() ? null : List.copyOf(names);
    }

    boolean isWrong(String name) {
        return errors.stream().anyMatch(error -> error.field().equals(name));
    }

    private Optional<JsonNode> find(String name) {
        asked.add(name);
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    private <T> T read(String name, T otherwise, String wanted, Function<JsonNode, @Nullable T> reader) {
        var node = find(name);
        if (node.isEmpty()) {
            return otherwise;
        }
        var value = reader.apply(node.get());
        if (value == null) {
            wrong(name, "must be " + wanted + " in JSON");
            return otherwise;
        }
        return value;
    }
}
