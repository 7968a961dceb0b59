package dev.elevo.platform.microvm;

import io.micronaut.context.exceptions.ConfigurationException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The kinds of calls that an account may make only so often, each with how many a second that are where nobody raised it. */
enum RatedCall {
    RUN(5),
    RESUME(5),
    SUSPEND(2),
    TERMINATE(10),
    GET(100),
    TOKEN(50);

    private static final Pattern ENTRY = Pattern.compile("([a-z]+)=([1-9]\\d{0,3})");

    private final int usual;

    RatedCall(int usual) {
        this.usual = usual;
    }

    /**
     * Of all kinds.
     *
     * @param text {@code suspend=10,run=50}: those that are other than usual
     */
    static Map<RatedCall, Integer> rates(String text) {
        var rates = new EnumMap<RatedCall, Integer>(RatedCall.class);
        for (var call : values()) {
            rates.put(call, call.usual);
        }
        if (!text.isBlank()) {
            for (var part : text.split(",", -1)) {
                var entry = ENTRY.matcher(part.strip());
                if (!entry.matches() || !names().contains(entry.group(1))) {
                    throw new ConfigurationException("ELEVO_MICROVM_RATES must be call=times a second, with commas, of "
                            + names() + "; not \"" + part + "\"");
                }
                rates.put(valueOf(entry.group(1).toUpperCase(Locale.ROOT)), Integer.valueOf(entry.group(2)));
            }
        }
        return rates;
    }

    private static List<String> names() {
        return List.of(values()).stream()
                .map(call -> call.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
