package dev.elevo.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of a call's query. Those of each call are generated; what is not set is not sent. */
public abstract class Query {
    private final Map<String, String> values = new LinkedHashMap<>();

    protected Query() {}

    /** A list is sent with commas. */
    protected final void set(String name, @Nullable Object value) {
        switch (value) {
            case null -> values.remove(name);
            case Collection<?> many ->
                values.put(name, many.stream().map(String::valueOf).collect(Collectors.joining(",")));
            default -> values.put(name, value.toString());
        }
    }

    final String encoded() {
        return values.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** For a path, too: there a plus is a plus. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
