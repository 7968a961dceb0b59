package dev.elevo.agent.lsp;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client has said about a server, in the server's own words. */
record Settings(Map<String, Object> all) {
    private static final String SERVER = "server";
    private static final String INITIALIZATION = "initializationOptions";

    static Settings of(@Nullable Map<String, Object> given) {
        return new Settings(given == null ? Map.of() : given);
    }

    /** The program that is wanted and no other. */
    Optional<String> server() {
        return all.get(SERVER) instanceof String name ? Optional.of(name) : Optional.empty();
    }

    Map<String, Object> initializationOptions(ServerProgram program) {
        var options = new HashMap<>(program.initializationOptions());
        if (all.get(INITIALIZATION) instanceof Map<?, ?> given) {
            given.forEach((name, value) -> options.put(String.valueOf(name), value));
        }
        return options;
    }

    Map<String, Object> configuration() {
        var rest = new HashMap<>(all);
        rest.remove(SERVER);
        rest.remove(INITIALIZATION);
        return rest;
    }

    /** A part of it by its name with dots; null where there is none. */
    @Nullable
    Object section(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return configuration();
        }
        if (all.containsKey(name)) {
            return all.get(name);
        }
        Object at = all;
        for (var step : name.split("\\.")) {
            if (!(at instanceof Map<?, ?> map) || !map.containsKey(step)) {
                return null;
            }
            at = map.get(step);
        }
        return at;
    }
}
