package dev.elevo.platform.streams;

import io.micronaut.json.tree.JsonNode;
import org.jspecify.annotations.Nullable;

/** What a client says (contract 4.3). */
public record ClientMessage(
        String type, @Nullable JsonNode data, @Nullable String id) {}
