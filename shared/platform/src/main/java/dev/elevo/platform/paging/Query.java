package dev.elevo.platform.paging;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.sandbox.Rules;
import io.micronaut.http.HttpParameters;
import io.micronaut.http.HttpRequest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query string, read by the contract's rules. A value that cannot be read (9005) ends the reading at once; broken rules
 * (9004) are collected, so that an unreadable value is reported before them and all of them together.
 */
public final class Query {
    private static final Pattern LABEL_KEY = Pattern.compile(Rules.LABEL_KEY);

    private final HttpParameters parameters;
    private final List<FieldError> broken = new ArrayList<>();

    private Query(HttpParameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Hands the query to the reader and refuses what broke a rule. Until then a broken value reads as absent, so the reader
     * need not care.
     */
    public static <T> T read(HttpRequest<?> request, Function<Query, T> reader) {
        return read(request.getParameters(), reader);
    }

    public static <T> T read(HttpParameters parameters, Function<Query, T> reader) {
        var query = new Query(parameters);
        var result = reader.apply(query);
        if (!query.broken.isEmpty()) {
            throw new Failure.Invalid(query.broken).asException();
        }
        return result;
    }

    public boolean has(String name) {
        return parameters.contains(name);
    }

    public @Nullable String text(String name) {
        return parameters.get(name);
    }

    /** What a call inside a sandbox is about, which no such call leaves out. */
    public String path() {
        var path = parameters.get("path");
        if (path == null) {
            refuse("path", "is needed", null);
            return SandboxPath.ROOT;
        }
        return SandboxPath.normal(path);
    }

    public @Nullable String text(String name, int shortest, int longest) {
        var text = parameters.get(name);
        if (text != null && (text.length() < shortest || text.length() > longest)) {
            refuse(name, "must have " + shortest + " to " + longest + " characters", text);
            return null;
        }
        return text;
    }

    public int integer(String name, int fallback, int least, int most) {
        var text = parameters.get(name);
        if (text == null) {
            return fallback;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw unreadable(name, "is not an integer");
        }
        if (value < least || value > most) {
            refuse(
                    name,
                    most == Integer.MAX_VALUE ? "must be at least " + least : "must be " + least + " to " + most,
                    value);
            return fallback;
        }
        return (int) value;
    }

    /** For what may be larger than an {@link #integer}. */
    public long number(String name, long fallback, long least) {
        var text = parameters.get(name);
        if (text == null) {
            return fallback;
        }
        try {
            var value = Long.parseLong(text);
            if (value >= least) {
                return value;
            }
            refuse(name, "must be at least " + least, value);
            return fallback;
        } catch (NumberFormatException e) {
            throw unreadable(name, "is not an integer");
        }
    }

    public boolean bool(String name, boolean fallback) {
        return switch (parameters.get(name)) {
            case null -> fallback;
            case "true" -> true;
            case "false" -> false;
            default -> throw unreadable(name, "is neither true nor false");
        };
    }

    public @Nullable Instant timestamp(String name) {
        var text = parameters.get(name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw unreadable(name, "is not an ISO 8601 timestamp");
        }
    }

    public @Nullable String oneOf(String name, Collection<String> allowed) {
        var text = parameters.get(name);
        if (text != null && !allowed.contains(text)) {
            refuse(name, "must be one of " + String.join(", ", allowed), text);
            return null;
        }
        return text;
    }

    /** A list of globs: as {@link #words}, but for the commas within braces and brackets and behind a backslash. */
    public List<String> globs(String name) {
        return parameters.getAll(name).stream()
                .flatMap(part -> GlobList.split(part).stream())
                .toList();
    }

    /** A list: comma-separated, repeated, or both. */
    public List<String> words(String name) {
        return parameters.getAll(name).stream()
                .flatMap(part -> Arrays.stream(part.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    public List<String> words(String name, Collection<String> allowed) {
        var words = words(name);
        words.stream()
                .filter(word -> !allowed.contains(word))
                .forEach(word -> refuse(name, "must be of " + String.join(", ", allowed), word));
        return words.stream().filter(allowed::contains).toList();
    }

    /** Pairs of a key and a value, as {@code key=value}. */
    public Map<String, String> labels(String name) {
        var labels = new HashMap<String, String>();
        for (var pair : words(name)) {
            var equals = pair.indexOf('=');
            if (equals < 0 || !LABEL_KEY.matcher(pair.substring(0, equals)).matches()) {
                refuse(name, "must have the form key=value", pair);
            } else {
                labels.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return labels;
    }

    /** Notes a broken rule; the reading goes on. */
    public void refuse(String name, String rule, @Nullable Object value) {
        broken.add(new FieldError(name, rule, value));
    }

    /** A value that cannot be read at all. */
    public static RuntimeException unreadable(String name, String why) {
        return new Failure.Refused(
                        ErrorCode.INVALID_REQUEST,
                        "Query parameter " + name + " " + why,
                        Map.of("parameter", name, "fields", List.of(new FieldError(name, why, null))))
                .asException();
    }
}
