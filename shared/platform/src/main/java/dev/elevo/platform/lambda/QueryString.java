package dev.elevo.platform.lambda;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a raw query, in order, repeated ones together. The event's own {@code queryStringParameters} joins
 * repeated values with commas and so cannot tell {@code a=1,2} from {@code a=1&a=2}; a path with a comma would be cut.
 *
 * @param wellFormed whether every percent sign begins an escape; text that does not is kept as it came
 */
record QueryString(Map<CharSequence, List<String>> parameters, boolean wellFormed) {
    private static final QueryString EMPTY = new QueryString(Map.of(), true);

    static QueryString parse(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return EMPTY;
        }
        var parameters = new LinkedHashMap<CharSequence, List<String>>();
        var wellFormed = true;
        for (int start = 0; start <= raw.length(); ) {
            int end = raw.indexOf('&', start);
            if (end < 0) {
                end = raw.length();
            }
            if (end > start) {
                int equals = raw.indexOf('=', start);
                boolean bare = equals < 0 || equals > end;
                var name = raw.substring(start, bare ? end : equals);
                var value = bare ? "" : raw.substring(equals + 1, end);
                var decodedName = decode(name);
                var decodedValue = decode(value);
                wellFormed &= decodedName != null && decodedValue != null;
                parameters
                        .computeIfAbsent(decodedName == null ? name : decodedName, n -> new ArrayList<>(1))
                        .add(decodedValue == null ? value : decodedValue);
            }
            start = end + 1;
        }
        return new QueryString(parameters, wellFormed);
    }

    private static @Nullable String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null; // told by wellFormed
        }
    }
}
