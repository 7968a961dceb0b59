package dev.elevo.contract.stream;

import io.micronaut.json.tree.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a client says (contract 4.3).
 *
 * @param eof whether nothing of the kind follows
 */
public record ClientMessage(
        String type, @Nullable JsonNode data, @Nullable String id, boolean eof) {}
