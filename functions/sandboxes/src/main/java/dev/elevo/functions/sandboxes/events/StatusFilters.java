package dev.elevo.functions.sandboxes.events;

import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.streams.Connection;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The filters of a connection, as they are kept with it. */
@Singleton
class StatusFilters {
    /** What a client did not name is called so, as with file watches. */
    private static final String DEFAULT = "default";

    private final JsonMapper json;

    StatusFilters(JsonMapper json) {
        this.json = json;
    }

    /** Gives the name of the subscription a change is told under; empty where it is not wanted. */
    interface Matching {
        Optional<String> match(StatusChange change);
    }

    String write(StatusFilter filter) {
        try {
            return json.writeValueAsString(filter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any subscription may match; while there is none, what was asked for in the address. */
    Matching of(Connection connection) {
        var byName = connection.subscriptions().isEmpty()
                ? Map.of(DEFAULT, read(connection.filter()))
                : connection.subscriptions().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, named -> read(named.getValue())));
        return change -> byName.entrySet().stream()
                .filter(named -> named.getValue().matches(change))
                .map(Map.Entry::getKey)
                // The same one for the same change, whoever delivers it.
                .min(String::compareTo);
    }

    private StatusFilter read(String text) {
        try {
            return Objects.requireNonNull(json.readValue(text, Argument.of(StatusFilter.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
