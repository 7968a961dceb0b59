package dev.elevo.agent.lsp;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.elevo.contract.Failure;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client has said about a server, in the server's own words.
 *
 * @param json as text: there are many servers, and few questions about it
 */
record Settings(String json) {
    static final int MOST_CHARACTERS = 64 << 10;

    private static final Gson GSON = new Gson();
    private static final String SERVER = "server";
    private static final String INITIALIZATION = "initializationOptions";

    static Settings of(@Nullable Map<String, Object> given) {
        var json = GSON.toJson(given == null ? Map.of() : given);
        if (json.length() > MOST_CHARACTERS) {
            throw Failure.Invalid.field("settings", "must be at most " + MOST_CHARACTERS + " characters of JSON", null)
                    .asException();
        }
        return new Settings(json);
    }

    JsonObject all() {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    /** The program that is wanted and no other. */
    Optional<String> server() {
        return all().get(SERVER) instanceof JsonPrimitive name && name.isString()
                ? Optional.of(name.getAsString())
                : Optional.empty();
    }

    JsonObject initializationOptions(ServerProgram program) {
        var options = GSON.toJsonTree(program.initializationOptions()).getAsJsonObject();
        if (all().get(INITIALIZATION) instanceof JsonObject given) {
            given.asMap().forEach(options::add);
        }
        return options;
    }

    JsonObject configuration() {
        return configuration(all());
    }

    private static JsonObject configuration(JsonObject all) {
        var rest = all.deepCopy();
        rest.remove(SERVER);
        rest.remove(INITIALIZATION);
        return rest;
    }

    /** A part of them by its name with dots; null where there is none, all of them where it has none. */
    static JsonElement section(JsonObject all, String name) {
        if (name.isEmpty()) {
            return configuration(all);
        }
        if (all.has(name)) {
            return all.get(name);
        }
        JsonElement at = all;
        for (var step : name.split("\\.", -1)) {
            if (!(at instanceof JsonObject object) || !object.has(step)) {
                return JsonNull.INSTANCE;
            }
            at = object.get(step);
        }
        return at;
    }
}
