package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was asked and what came back; each expectation gives it back, so that they chain. */
public record Answer(
        String method, String target, String sent, int status, Map<String, List<String>> headers, String text) {
    private static final int SHOWN = 2000;

    public JsonNode json() {
        return Json.read(text);
    }

    /** At a JSON pointer; missing, if there is nothing. */
    public JsonNode at(String pointer) {
        return json().at(pointer);
    }

    /** Of a field of the top. */
    public String field(String name) {
        return json().path(name).asText();
    }

    public String header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().getFirst())
                .findFirst()
                .orElse("");
    }

    /** The number of the error; 0 where there is none. */
    public int code() {
        return at("/error/code").asInt();
    }

    /** The code of the gateway's own envelope. */
    public String gatewayCode() {
        return field("code");
    }

    public Answer is(int... statuses) {
        for (var wanted : statuses) {
            if (status == wanted) {
                return this;
            }
        }
        offered();
        throw mismatch("status should be " + Arrays.toString(statuses));
    }

    /** Is the error of this code. */
    public Answer fails(int wanted) {
        if (code() == wanted) {
            return this;
        }
        offered();
        throw mismatch("should be error " + wanted);
    }

    public Answer failsWith(String wanted) {
        return gatewayCode().equals(wanted) ? this : refuse("should be " + wanted);
    }

    public Answer reason(String wanted) {
        return has("/error/details/reason", wanted);
    }

    public Answer has(String pointer, @Nullable Object value) {
        var found = at(pointer);
        var wanted = Json.MAPPER.<JsonNode>valueToTree(value);
        var areNumbers = found.isNumber() && wanted.isNumber();
        var same = areNumbers ? found.decimalValue().compareTo(wanted.decimalValue()) == 0 : found.equals(wanted);
        return same ? this : refuse(pointer + " should be " + wanted);
    }

    public Answer hasAtLeast(String pointer, long least) {
        return at(pointer).isNumber() && at(pointer).decimalValue().compareTo(BigDecimal.valueOf(least)) >= 0
                ? this
                : refuse(pointer + " should be " + least + " or more");
    }

    public Answer has(String pointer) {
        return at(pointer).isMissingNode() ? refuse("lacks " + pointer) : this;
    }

    public Answer lacks(String pointer) {
        return at(pointer).isMissingNode() ? this : refuse("should lack " + pointer);
    }

    /** Of a list: how many there are. */
    public Answer counts(String pointer, int size) {
        return at(pointer).size() == size ? this : refuse(pointer + " should have " + size + " elements");
    }

    /** Of a list: that one of its elements has it, in this field or as itself. */
    public Answer among(String pointer, String name, Object value) {
        var wanted = Json.MAPPER.valueToTree(value);
        for (var element : at(pointer)) {
            if (wanted.equals(name.isEmpty() ? element : element.path(name))) {
                return this;
            }
        }
        return refuse(pointer + " should have " + value);
    }

    public Answer hasHeader(String name, String value) {
        return header(name).equals(value) ? this : refuse(name + " should be " + value);
    }

    public Answer says(String part) {
        return text().contains(part) ? this : refuse("should say " + part);
    }

    public Answer fits(String words, Predicate<Answer> rule) {
        return rule.test(this) ? this : refuse(words);
    }

    private Answer refuse(String words) {
        offered();
        throw mismatch(words);
    }

    /** @throws NotOffered where it says so */
    Answer offered() {
        if (code() == NotOffered.CODE) {
            throw new NotOffered(this);
        }
        return this;
    }

    private Mismatch mismatch(String words) {
        return new Mismatch(words + "; " + summary());
    }

    private String summary() {
        return method + " " + target + " answered " + status + " " + shortened(text());
    }

    /** The whole exchange, to be read. */
    public String shown() {
        return method + " " + target + "\n" + (sent.isEmpty() ? "" : shortened(sent) + "\n") + "→ " + status + "\n"
                + shortened(text());
    }

    private static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
